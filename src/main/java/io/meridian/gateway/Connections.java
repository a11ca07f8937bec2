package io.meridian.gateway;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.HashSet;
import java.util.Set;

/** The sockets of a gateway, counted for the node. On the gateway's event loop. */
final class Connections {
    /** Sockets over the bound that are still told so; more than these are closed without a word. */
    private static final int TOLD = 256;

    private final Protection protection;
    /** They came too late or were too many: whatever they ask is answered with that. */
    private final Set<HttpConnection> unwelcome = new HashSet<>();

    Connections(Protection protection) {
        this.protection = protection;
    }

    void opened(HttpConnection connection) {
        int open = protection.connections().incrementAndGet();
        int most = protection.limits().on() ? protection.limits().maxConnections() : Integer.MAX_VALUE - TOLD;
        // Not the connection's own close handler: an upgrade to a WebSocket takes its place.
        ((ConnectionBase) connection).channel().closeFuture().addListener(closed -> {
            protection.connections().decrementAndGet();
            unwelcome.remove(connection);
        });
        if (open > most + TOLD) {
            connection.close();
        } else if (open > most || protection.drain().begun()) {
            unwelcome.add(connection);
        }
    }

    boolean unwelcome(HttpConnection connection) {
        return unwelcome.contains(connection);
    }
}
