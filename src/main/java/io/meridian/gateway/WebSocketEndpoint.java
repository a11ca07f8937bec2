package io.meridian.gateway;

import io.meridian.auth.Principal;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /connect}: a token that is sent is checked before the upgrade; without one it has to come in the hello. */
final class WebSocketEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketEndpoint.class);
    static final String SUBPROTOCOL = "meridian.v1";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final SessionServices services;

    WebSocketEndpoint(SessionServices services) {
        this.services = services;
    }

    void mount(Router router) {
        router.get("/connect").handler(this::connect);
    }

    private void connect(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!request.canUpgradeToWebSocket()) {
            Api.write(
                    request.response(),
                    Problem.http(426, "upgrade_required", "connect with a WebSocket")
                            .with("Upgrade", "websocket"));
            return;
        }
        // Nothing of the connection may be read before there is somebody to read it.
        request.pause();
        authenticate(context)
                .map(principal -> {
                    if (services.sessions().full()) {
                        throw RefusedException.retryable(
                                ErrorCode.OVERLOADED, "this node holds as many connections as it can", RETRY_AFTER);
                    }
                    return principal.userOrNull();
                })
                .onSuccess(principal -> upgrade(request, principal))
                .onFailure(failure -> {
                    request.resume();
                    Api.write(request.response(), Problem.answer(Problem.refusal(failure)));
                });
    }

    private record Caller(Principal userOrNull) {}

    private Future<Caller> authenticate(RoutingContext context) {
        String header = Api.bearer(context.request());
        String token = header != null ? header : context.queryParams().get("access_token");
        return token == null
                ? Future.succeededFuture(new Caller(null))
                : services.authenticator().authenticate(token).map(Caller::new);
    }

    private void upgrade(HttpServerRequest request, Principal principalOrNull) {
        request.toWebSocket()
                .onSuccess(socket -> {
                    WebSocketTransport transport = new WebSocketTransport(socket);
                    Session session = new Session(services, transport, principalOrNull);
                    services.sessions().add(session);
                    transport.carry(session);
                })
                .onFailure(failure -> LOG.debug("An upgrade failed: {}", failure.toString()));
    }
}
