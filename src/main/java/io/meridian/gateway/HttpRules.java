package io.meridian.gateway;

import io.meridian.message.RefusedException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the parser lets pass and HTTP/1.1 does not: requests that a proxy in front could read as others than we do, and
 * bodies that go on and on behind their answer.
 */
final class HttpRules {
    /** Time to end a body and to read the answer, before the connection is closed. What is sent meanwhile is dropped. */
    private static final long FAREWELL_MS = 5_000;
    /** A call is answered within 10 s of its body, which has 30 s. */
    private static final long LONGEST_CALL_MS = 45_000;

    private HttpRules() {}

    /** Before all routes. */
    static void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        List<String> codings = request.headers().getAll("Transfer-Encoding");
        boolean oneMeaning = request.headers().getAll("Host").size() <= 1 && readAsSaid(request, codings);
        if (!oneMeaning) {
            last(request, FAREWELL_MS);
            Api.write(request.response(), Problem.answer(RefusedException.invalid("request", "is not well-formed")));
            return;
        }
        if (!codings.isEmpty()) {
            // There may have been a Content-Length, too, which the parser dropped: what it takes for the next request
            // may be a part of this one to whoever counts by that. So there is no next one (RFC 9112, 6.1).
            last(request, LONGEST_CALL_MS);
        }
        if (hasBody(request)) {
            context.addEndHandler(answered -> endBody(context.vertx(), request));
        }
        context.next();
    }

    private static boolean readAsSaid(HttpServerRequest request, List<String> codings) {
        return codings.isEmpty()
                || request.version() == HttpVersion.HTTP_1_1
                        && codings.size() == 1
                        && codings.get(0).strip().equalsIgnoreCase("chunked");
    }

    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.headers().contains("Transfer-Encoding")
                || length != null && !length.strip().equals("0");
    }

    /** An answer may come before its body has: the rest is dropped, but not for ever. */
    private static void endBody(Vertx vertx, HttpServerRequest request) {
        request.resume();
        if (!request.isEnded()) {
            long timer =
                    vertx.setTimer(FAREWELL_MS, late -> request.connection().close());
            request.end().onComplete(ended -> vertx.cancelTimer(timer));
        }
    }

    /** The connection takes no request behind this one, and is closed after the answer or when its body does not end. */
    static void last(HttpServerRequest request) {
        last(request, FAREWELL_MS);
    }

    private static void last(HttpServerRequest request, long withinMs) {
        request.response().putHeader("Connection", "close");
        request.connection().shutdown(withinMs, TimeUnit.MILLISECONDS);
    }

    /** What cannot be read as a request; its connection is closed behind the answer. */
    static void refuse(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Answer answer;
        if (cause instanceof TooLongHttpLineException) {
            answer = Problem.http(414, "uri_too_long", "the request line is too long");
        } else if (cause instanceof TooLongHttpHeaderException) {
            answer = Problem.http(431, "headers_too_large", "the headers are too large");
        } else {
            answer = Problem.answer(RefusedException.invalid("request", "is not well-formed"));
        }
        request.response().putHeader("Connection", "close");
        Api.write(request.response(), answer);
        request.connection().close();
    }
}
