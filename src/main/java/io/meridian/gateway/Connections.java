package io.meridian.gateway;

import io.meridian.limits.Bounds;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The sockets of a gateway: counted for the node and for their addresses, and closed when they are there for nothing. On the
 * gateway's event loop.
 */
final class Connections {
    /** From a new socket to the end of its first request's head, from wherever in the world. */
    static final long FIRST_HEAD_MS = 15_000;
    /** From an answer to the end of the next head: as long as a socket may be silent. */
    static final long NEXT_HEAD_MS = 90_000;
    /** From an answer to its last byte's being taken: 1 MiB at less than 4 KiB/s. */
    static final long UNREAD_MS = 300_000;
    /** Sockets over the bound that are still told so; more than these are closed without a word. */
    private static final int TOLD = 256;
    /** The same of one address. */
    private static final int TOLD_OF_ADDRESS = 16;
    /** Who has too many sockets does not have fewer within a second. */
    private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);

    private final Protection protection;
    /** Whose limits by address a socket has; empty: nobody's. */
    private final Function<HttpConnection, Optional<String>> clients;

    private final LongSupplier clockMs;
    private final Map<HttpConnection, Open> open = new HashMap<>();

    private static final class Open {
        /** Why whatever is asked here is refused; null: it is not. */
        RefusedException refusal;
        /** It came when the node was about to stop. */
        boolean late;
        /** Requests without an answer. A live connection is one. */
        int requests;
        /** When the next head has to be there. */
        long dueMs;
    }

    Connections(Protection protection, LongSupplier clockMs) {
        this(protection, protection::client, clockMs);
    }

    Connections(Protection protection, Function<HttpConnection, Optional<String>> clients, LongSupplier clockMs) {
        this.protection = protection;
        this.clients = clients;
        this.clockMs = clockMs;
    }

    void opened(HttpConnection connection) {
        Bounds bounds = protection.limits().bounds();
        Open one = new Open();
        one.late = protection.drain().begun();
        one.dueMs = clockMs.getAsLong() + FIRST_HEAD_MS;
        open.put(connection, one);
        int most = protection.limits().on() ? bounds.connections() : Integer.MAX_VALUE - TOLD;
        int now = protection.connections().incrementAndGet();
        Optional<String> address = clients.apply(connection);
        address.ifPresent(client -> protection.connectionsOfOne().add(client, 1));
        long ofAddress = address.map(protection.connectionsOfOne()::of).orElse(0L);
        // Not the connection's own close handler: an upgrade to a WebSocket takes its place.
        channel(connection).closeFuture().addListener(closed -> {
            protection.connections().decrementAndGet();
            address.ifPresent(client -> protection.connectionsOfOne().giveBack(client, 1));
            open.remove(connection);
        });
        if (now > most + TOLD || ofAddress > bounds.connectionsOfAddress() + TOLD_OF_ADDRESS) {
            connection.close();
        } else if (ofAddress > bounds.connectionsOfAddress()) {
            one.refusal = RefusedException.retryable(
                    ErrorCode.RATE_LIMITED, "this address has as many connections as it can", RETRY_WHEN_FULL);
        } else if (now > most) {
            one.refusal = RefusedException.retryable(
                    ErrorCode.OVERLOADED, "this node holds as many connections as it can", RETRY_WHEN_FULL);
        }
    }

    /** A request's head is there. */
    void asked(HttpServerRequest request) {
        Open one = open.get(request.connection());
        if (one != null) {
            one.requests++;
        }
    }

    /** In front of all routes: behind the answer the next head is waited for. Not after an upgrade: that has no answer's end. */
    void route(RoutingContext context) {
        context.addEndHandler(ended -> {
            Open one = open.get(context.request().connection());
            if (one != null && --one.requests == 0) {
                one.dueMs = clockMs.getAsLong() + NEXT_HEAD_MS;
            }
        });
        context.next();
    }

    /** Once a second. */
    void tick(long nowMs) {
        List<HttpConnection> late = open.entrySet().stream()
                .filter(entry -> isLate(channel(entry.getKey()), entry.getValue(), nowMs))
                .map(Map.Entry::getKey)
                .toList();
        // From the front of the pipeline: behind it Vert.x waits for all that is to be written.
        late.forEach(connection -> channel(connection).pipeline().firstContext().close());
    }

    private static boolean isLate(Channel channel, Open one, long nowMs) {
        if (one.requests > 0 || nowMs < one.dueMs) {
            return false;
        }
        ChannelOutboundBuffer unread = channel.unsafe().outboundBuffer();
        boolean isRead = unread == null || unread.totalPendingWriteBytes() == 0;
        return isRead || nowMs >= one.dueMs - NEXT_HEAD_MS + UNREAD_MS;
    }

    /** Of one too many of the node's or of its address's: why whatever it asks is refused. */
    Optional<RefusedException> refusal(HttpConnection connection) {
        Open one = open.get(connection);
        return one == null ? Optional.empty() : Optional.ofNullable(one.refusal);
    }

    /** Whether it came in the drain. */
    boolean late(HttpConnection connection) {
        Open one = open.get(connection);
        return one != null && one.late;
    }

    private static Channel channel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}
