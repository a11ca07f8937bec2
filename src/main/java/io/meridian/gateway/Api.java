package io.meridian.gateway;

import io.meridian.async.Turns;
import io.meridian.auth.Authenticator;
import io.meridian.auth.Principal;
import io.meridian.conversation.Fields;
import io.meridian.limits.Limit;
import io.meridian.limits.RateLimits;
import io.meridian.message.ErrorCode;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Turns endpoints into routes: authenticates the caller, reads and bounds the body, writes the answer, and says every
 * failure as a problem. An endpoint sees neither headers nor sockets.
 */
final class Api {
    /** The contract's frame size is the bound of a call, too. */
    static final int BODY_LIMIT = 64 * 1024;
    /** 500 member ids, or the positions of some 3,000 conversations. */
    static final int LARGE_BODY_LIMIT = 256 * 1024;

    /** Each has some 5 MiB while it is made, so 40 MiB a gateway. */
    private static final int PAGES_AT_ONCE = 8;
    /** A quarter of a second's worth; while the store does not answer, the last one waits for its time-out 25 times. */
    private static final int PAGES_WAITING = 200;

    private static final Duration PAGES_RETRY_AFTER = Duration.ofSeconds(1);

    private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);
    private static final String BEARER = "bearer ";

    private final Map<String, Set<String>> methods = new LinkedHashMap<>();
    private final Router router;
    private final Authenticator authenticator;
    private final RateLimits rates;
    private final Turns pages = new Turns(PAGES_AT_ONCE);

    Api(Router router, Authenticator authenticator, RateLimits rates) {
        this.router = router;
        this.authenticator = authenticator;
        this.rates = rates;
        failures();
    }

    /** An endpoint for authenticated callers. */
    void route(HttpMethod method, String path, Function<Call, Future<Answer>> endpoint) {
        route(method, path, BODY_LIMIT, endpoint);
    }

    void route(HttpMethod method, String path, int bodyLimit, Function<Call, Future<Answer>> endpoint) {
        mounted(method, path).handler(context -> {
            context.request().pause();
            answer(
                    context,
                    authenticator
                            .authenticate(bearer(context.request()))
                            .map(this::limited)
                            .compose(caller -> call(context, caller, bodyLimit))
                            .compose(endpoint));
        });
    }

    /** An endpoint whose answers may be as large as answers can be: a few are made at a time, and none while many are not read. */
    void pages(HttpMethod method, String path, int bodyLimit, Function<Call, Future<Answer>> endpoint) {
        route(method, path, bodyLimit, call -> {
            if (pages.waiting() >= PAGES_WAITING) {
                throw RefusedException.retryable(
                        ErrorCode.OVERLOADED, "this node makes as many pages as it can", PAGES_RETRY_AFTER);
            }
            return pages.run(() -> {
                call.exchange().room();
                return endpoint.apply(call);
            });
        });
    }

    /** An endpoint for everybody. */
    void open(HttpMethod method, String path, Function<Call, Future<Answer>> endpoint) {
        mounted(method, path).handler(context -> {
            context.request().pause();
            answer(context, call(context, null, BODY_LIMIT).compose(endpoint));
        });
    }

    /** An endpoint that is answered whoever asks, and however much else is: what it gives has to be at hand. */
    void free(HttpMethod method, String path, Supplier<Future<Answer>> endpoint) {
        mounted(method, path)
                .handler(context ->
                        endpoint.get().otherwise(Api::refused).onSuccess(ready -> write(context.response(), ready)));
    }

    private Principal limited(Principal caller) {
        rates.take(Limit.USER_CALLS, caller.userId().value());
        return caller;
    }

    private Route mounted(HttpMethod method, String path) {
        methods.computeIfAbsent(path, first -> new TreeSet<>()).add(method.name());
        Route route = router.route(method, path);
        if (method.equals(HttpMethod.GET)) {
            methods.get(path).add(HttpMethod.HEAD.name());
            route.method(HttpMethod.HEAD);
        }
        return route;
    }

    /** Behind all endpoints: paths that are there are said to be, whatever was asked of them. */
    void mountTheRest() {
        methods.forEach((path, allowed) -> router.route(path)
                .handler(context -> write(
                        context.response(),
                        Problem.http(
                                        405,
                                        "method_not_allowed",
                                        "this path does not take "
                                                + context.request().method())
                                .with("Allow", String.join(", ", allowed)))));
    }

    /** The token of an {@code Authorization: Bearer} header, or null. */
    static String bearer(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        boolean bearer = header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER);
        return bearer ? header.substring(BEARER.length()).strip() : null;
    }

    /** Done when the socket has all of it, or never will. */
    static Future<Void> write(HttpServerResponse response, Answer answer) {
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        response.setStatusCode(answer.status());
        // Answers are one user's and true now only; none of them is a page.
        response.putHeader("Cache-Control", "no-store").putHeader("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(response::putHeader);
        return answer.body().length == 0
                ? response.end()
                : response.putHeader("Content-Type", answer.contentType()).end(Buffer.buffer(answer.body()));
    }

    private static Future<Call> call(RoutingContext context, Principal caller, int bodyLimit) {
        HttpServerRequest request = context.request();
        if (!WITH_BODY.contains(request.method())) {
            request.resume();
            return Future.succeededFuture(Fields.of(Json.MAPPER.createObjectNode()))
                    .map(none -> {
                        Exchange.of(context).begin(caller);
                        return new Call(context, caller, none);
                    });
        }
        if (!isJson(request.getHeader("Content-Type"))) {
            request.resume();
            return Future.failedFuture(new UnsupportedMediaTypeException());
        }
        return BodyReader.read(context, bodyLimit).map(body -> {
            Exchange.of(context).begin(caller);
            return new Call(
                    context,
                    caller,
                    Fields.parse(body.getBytes())
                            .orElseThrow(() -> RefusedException.invalid("body", "must be a JSON object")));
        });
    }

    private static boolean isJson(String contentType) {
        if (contentType == null) {
            return true;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json") || type.endsWith("+json");
    }

    private static void answer(RoutingContext context, Future<Answer> answer) {
        answer.otherwise(Api::refused)
                .onSuccess(
                        ready -> Exchange.of(context).answered(ready.body().length, write(context.response(), ready)));
    }

    private static Answer refused(Throwable failure) {
        return failure instanceof UnsupportedMediaTypeException
                ? Problem.http(415, "unsupported_media_type", "send application/json")
                : Problem.answer(Problem.refusal(failure));
    }

    private void failures() {
        router.errorHandler(
                404,
                context -> write(
                        context.response(), Problem.answer(RefusedException.of(ErrorCode.NOT_FOUND, "no such path"))));
        router.errorHandler(
                405,
                context -> write(
                        context.response(),
                        Problem.http(405, "method_not_allowed", "this path does not take that method")));
        router.errorHandler(
                400,
                context -> write(
                        context.response(), Problem.answer(RefusedException.invalid("request", "is not well-formed"))));
        router.errorHandler(
                500,
                context -> write(
                        context.response(),
                        Problem.answer(
                                context.failure() == null
                                        ? RefusedException.of(ErrorCode.INTERNAL, "this cannot be taken")
                                        : Problem.refusal(context.failure()))));
    }

    private static final class UnsupportedMediaTypeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnsupportedMediaTypeException() {
            super("unsupported media type", null, false, false);
        }
    }
}
