package io.meridian.gateway;

import io.meridian.auth.Principal;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code /sockjs}: SockJS 0.3.3 over WebSocket, XHR streaming, XHR polling and EventSource. Neither iframes nor JSONP: what
 * needs them runs scripts of one site in another, and every browser of the last ten years does without.
 */
final class SockJsEndpoint {
    static final String PATH = "/sockjs";
    private static final String SESSION = PATH + "/:server/:session";
    private static final Pattern ID = Pattern.compile("[^./\\s]{1,128}");
    /** 1 MiB: a client gathers what it sends while one body is under way, and sends all of that in the next. */
    private static final int MAX_BODY = 1024 * 1024;
    /** 256 KiB before it is known who it is: a hello, and a few frames that did not wait for its answer. */
    private static final int MAX_FIRST_BODY = 4 * Transport.MAX_FRAME;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final SessionServices services;
    private final WebSocketEndpoint webSockets;
    private final Admission admission;
    /** Of all gateways of this node: a client's requests come to any of them. */
    private final LocalMap<String, SockJsTransport> node;
    /** Those that began at this gateway. */
    private final Set<SockJsTransport> own = new HashSet<>();

    SockJsEndpoint(Vertx vertx, SessionServices services, WebSocketEndpoint webSockets, Admission admission) {
        this.vertx = vertx;
        this.admission = admission;
        this.services = services;
        this.webSockets = webSockets;
        this.node = vertx.sharedData().getLocalMap("meridian.sockjs");
    }

    /** Live connections: in front of what lets calls in, for they are let in in their own way. */
    void mountLive(Router router) {
        router.get(PATH + "/websocket").handler(webSockets::connect);
        router.get(SESSION + "/websocket").handler(webSockets::connectSockJs);
        receiver(router, HttpMethod.POST, "/xhr", SockJsReceiver.Kind.POLL);
        receiver(router, HttpMethod.POST, "/xhr_streaming", SockJsReceiver.Kind.STREAM);
        receiver(router, HttpMethod.GET, "/eventsource", SockJsReceiver.Kind.EVENTS);
        router.post(SESSION + "/xhr_send").handler(admission::send).handler(this::send);
    }

    /** What is asked before there is one. */
    void mountRest(Router router) {
        router.get(PATH).handler(SockJsEndpoint::welcome);
        router.get(PATH + "/info").handler(this::info);
        preflight(router, PATH + "/info", "OPTIONS, GET");
        preflight(router, SESSION + "/xhr", "OPTIONS, POST");
        preflight(router, SESSION + "/xhr_streaming", "OPTIONS, POST");
        preflight(router, SESSION + "/eventsource", "OPTIONS, GET");
        preflight(router, SESSION + "/xhr_send", "OPTIONS, POST");
    }

    /** Once a second. */
    void tick(long nowMs) {
        for (SockJsTransport transport : List.copyOf(own)) {
            if (transport.tick(nowMs)) {
                own.remove(transport);
                node.removeIfPresent(transport.key(), transport);
            }
        }
    }

    private void receiver(Router router, HttpMethod method, String name, SockJsReceiver.Kind kind) {
        router.route(method, SESSION + name).handler(context -> receive(context, kind));
    }

    private static void preflight(Router router, String path, String methods) {
        router.options(path)
                .handler(context -> open(context)
                        .putHeader("Access-Control-Allow-Methods", methods)
                        .putHeader("Access-Control-Max-Age", "3600")
                        .setStatusCode(204)
                        .end());
    }

    private static void welcome(RoutingContext context) {
        open(context).putHeader("Content-Type", "text/plain; charset=UTF-8").end("Welcome to SockJS!\n");
    }

    private void info(RoutingContext context) {
        JsonObject info = new JsonObject()
                .put("websocket", true)
                .put("cookie_needed", false)
                .put("origins", List.of("*:*"))
                .put("entropy", Integer.toUnsignedLong(services.ids().get().hashCode()));
        open(context)
                .putHeader("Content-Type", "application/json; charset=UTF-8")
                .end(info.encode());
    }

    /** An answer that pages of any origin may read: nothing here goes by cookies, a token has to be in the hands of the page. */
    private static HttpServerResponse open(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = request.response();
        String origin = request.getHeader("Origin");
        response.putHeader("Cache-Control", "no-store, no-transform")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Access-Control-Allow-Origin", origin == null ? "*" : origin)
                .putHeader("Vary", "Origin");
        if (origin != null) {
            // The client library always asks so.
            response.putHeader("Access-Control-Allow-Credentials", "true");
        }
        String wanted = request.getHeader("Access-Control-Request-Headers");
        if (wanted != null) {
            response.putHeader("Access-Control-Allow-Headers", wanted);
        }
        return response;
    }

    /** The server's part counts, too: it makes what has to be guessed to get at somebody's session longer. */
    private static Optional<String> key(RoutingContext context) {
        String server = context.pathParam("server");
        String session = context.pathParam("session");
        boolean valid = ID.matcher(server).matches() && ID.matcher(session).matches();
        return valid ? Optional.of(server + "/" + session) : Optional.empty();
    }

    private void receive(RoutingContext context, SockJsReceiver.Kind kind) {
        HttpServerResponse response = open(context);
        Optional<String> key = key(context);
        if (key.isEmpty()) {
            Api.write(response, Problem.answer(RefusedException.of(ErrorCode.NOT_FOUND, "no such path")));
            return;
        }
        SockJsReceiver receiver = new SockJsReceiver(kind, context.request().version(), response);
        SockJsTransport known = node.get(key.get());
        if (known != null) {
            again(context, known, receiver);
            return;
        }
        Context owner = vertx.getOrCreateContext();
        webSockets
                .admit(context)
                .onSuccess(caller -> begin(owner, key.get(), caller.userOrNull(), receiver))
                .onFailure(failure -> Api.write(response, Problem.answer(Problem.refusal(failure))));
    }

    private void again(RoutingContext context, SockJsTransport known, SockJsReceiver receiver) {
        try {
            admission.receive(context);
        } catch (RefusedException e) {
            Api.write(context.response(), Problem.answer(e));
            return;
        }
        known.run(() -> known.receive(receiver));
    }

    private void begin(Context owner, String key, Principal principalOrNull, SockJsReceiver receiver) {
        SockJsTransport transport = new SockJsTransport(owner, key);
        Session session = new Session(services, transport, principalOrNull);
        transport.carry(session);
        SockJsTransport other = node.putIfAbsent(key, transport);
        if (other != null) {
            other.run(() -> other.receive(receiver));
            return;
        }
        own.add(transport);
        services.sessions().add(session);
        transport.run(() -> transport.receive(receiver));
    }

    private void send(RoutingContext context) {
        HttpServerResponse response = open(context);
        SockJsTransport transport = key(context).map(node::get).orElse(null);
        if (transport == null || transport.closed()) {
            Api.write(response, Problem.answer(RefusedException.of(ErrorCode.NOT_FOUND, "no such session")));
        } else if (!transport.sending()) {
            Api.write(
                    response,
                    Problem.answer(RefusedException.retryable(
                            ErrorCode.OVERLOADED, "the session's last body has not been taken yet", RETRY_AFTER)));
        } else {
            BodyReader.read(context, transport.known() ? MAX_BODY : MAX_FIRST_BODY)
                    .onSuccess(body -> take(transport, response, body))
                    .onFailure(failure -> {
                        transport.sent();
                        RefusedException refused = Problem.refusal(failure);
                        if (refused.code() == ErrorCode.TOO_LARGE) {
                            transport.run(() -> transport.refuse(CloseCode.TOO_LARGE, refused.detail()));
                        }
                        Api.write(response, Problem.answer(refused));
                    });
        }
    }

    private static void take(SockJsTransport transport, HttpServerResponse response, Buffer body) {
        Optional<List<byte[]>> frames = SockJsFrames.read(body.getBytes());
        if (frames.isEmpty()) {
            transport.sent();
            transport.run(() -> transport.refuse(CloseCode.MALFORMED, "a SockJS message is an array of strings"));
            Api.write(response, Problem.answer(RefusedException.invalid("body", "must be a JSON array of strings")));
            return;
        }
        transport.run(() -> transport.take(frames.get(), () -> {
            transport.sent();
            if (!response.closed()) {
                response.putHeader("Content-Type", "text/plain; charset=UTF-8")
                        .setStatusCode(204)
                        .end();
            }
        }));
    }
}
