package io.meridian.gateway;

import io.meridian.auth.Principal;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /connect}: a token that is sent is checked before the upgrade; without one it has to come in the hello. */
final class WebSocketEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketEndpoint.class);
    static final String SUBPROTOCOL = "meridian.v1";
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final SessionServices services;
    private final Admission admission;

    WebSocketEndpoint(SessionServices services, Admission admission) {
        this.services = services;
        this.admission = admission;
    }

    void mount(Router router) {
        router.get("/connect").handler(this::connect);
        router.route("/connect")
                .handler(context -> Api.write(
                        context.response(),
                        Problem.http(405, "method_not_allowed", "connect with GET")
                                .with("Allow", "GET")));
    }

    void connect(RoutingContext context) {
        connect(context, false);
    }

    /** Frames quoted as SockJS does. */
    void connectSockJs(RoutingContext context) {
        connect(context, true);
    }

    private void connect(RoutingContext context, boolean sockJs) {
        HttpServerRequest request = context.request();
        if (!request.canUpgradeToWebSocket()) {
            Api.write(
                    request.response(),
                    Problem.http(426, "upgrade_required", "connect with a WebSocket")
                            .with("Upgrade", "websocket"));
            return;
        }
        Answer refused = refusal(request);
        if (refused != null) {
            Api.write(request.response(), refused);
            return;
        }
        // Nothing of the connection may be read before there is somebody to read it.
        request.pause();
        admit(context)
                .onSuccess(caller -> upgrade(request, caller.userOrNull(), sockJs))
                .onFailure(failure -> {
                    request.resume();
                    Api.write(request.response(), Problem.answer(Problem.refusal(failure)));
                });
    }

    /** RFC 6455 of 2011, not its drafts; and no body, which a handshake would wait for. Null: as it should be. */
    private static Answer refusal(HttpServerRequest request) {
        if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
            return Problem.http(426, "upgrade_required", "WebSocket version 13 only")
                    .with("Sec-WebSocket-Version", "13");
        }
        String key = request.getHeader("Sec-WebSocket-Key");
        if (key == null || !KEY.matcher(key.strip()).matches()) {
            return Problem.answer(RefusedException.invalid("Sec-WebSocket-Key", "must be 16 bytes in base64"));
        }
        return HttpRules.hasBody(request)
                ? Problem.answer(RefusedException.invalid("body", "an upgrade has none"))
                : null;
    }

    /** Who wants to connect, if that was said already. */
    record Caller(Principal userOrNull) {}

    /** What every connection has to pass before it is one, whatever will carry it. */
    Future<Caller> admit(RoutingContext context) {
        return admission.live(context).compose(in -> authenticate(context)).map(caller -> {
            if (services.sessions().full()) {
                throw RefusedException.retryable(
                        ErrorCode.OVERLOADED, "this node holds as many connections as it can", RETRY_AFTER);
            }
            return caller;
        });
    }

    private Future<Caller> authenticate(RoutingContext context) {
        String header = Api.bearer(context.request());
        String token = header != null ? header : context.queryParams().get("access_token");
        return token == null
                ? Future.succeededFuture(new Caller(null))
                : services.authenticator().authenticate(token).map(Caller::new);
    }

    private void upgrade(HttpServerRequest request, Principal principalOrNull, boolean sockJs) {
        request.toWebSocket()
                .onSuccess(socket -> {
                    WebSocketTransport transport =
                            new WebSocketTransport(socket, request.connection(), services.timers(), sockJs);
                    Session session = new Session(services, transport, principalOrNull);
                    services.sessions().add(session);
                    transport.carry(session);
                })
                .onFailure(failure -> {
                    LOG.debug("An upgrade failed: {}", failure.toString());
                    request.resume();
                    // What is answered already stays so.
                    Api.write(request.response(), Problem.answer(RefusedException.invalid("request", "is no upgrade")));
                });
    }
}
