package io.meridian.gateway;

import io.meridian.limits.ClientAddresses;
import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.RateLimits;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What all gateways of a node have in common against too much of anything; on any of their event loops. */
public final class Protection {
    private final ProtectionSettings settings;
    private final RateLimits rates;
    private final Drain drain;
    private final AtomicInteger connections = new AtomicInteger();
    private final Tally connectionsOfOne = new Tally();
    private final AtomicInteger exchanges = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final Tally callsOfOne = new Tally();
    private final Held held;
    private final AtomicLong sessions = new AtomicLong();

    /** {@code nanoTime}: as {@link System#nanoTime}. */
    public Protection(ProtectionSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.rates = new RateLimits(settings.limits(), nanoTime);
        this.drain = new Drain(settings.drain());
        this.held = new Held(settings.limits());
    }

    public Drain drain() {
        return drain;
    }

    LimitSettings limits() {
        return settings.limits();
    }

    /** Of clients and services alike: what somebody has is the same whichever way it is used. */
    public RateLimits rates() {
        return rates;
    }

    /** HTTP and live connections of the node that are open. */
    AtomicInteger connections() {
        return connections;
    }

    /** The same by address. */
    Tally connectionsOfOne() {
        return connectionsOfOne;
    }

    /** HTTP calls of the node from their head to their answer. */
    AtomicInteger exchanges() {
        return exchanges;
    }

    /** Those of them whose body has come. */
    AtomicInteger calls() {
        return calls;
    }

    /** Exchanges by address, calls by user. */
    Tally callsOfOne() {
        return callsOfOne;
    }

    Held held() {
        return held;
    }

    /** Of a new connection. */
    SessionLimits session() {
        return new SessionLimits(rates, Long.toString(sessions.incrementAndGet()));
    }

    /** Throws {@code rate_limited}; an address of this machine is not limited. */
    void take(Limit byAddress, HttpServerRequest request) {
        client(request).ifPresent(client -> rates.take(byAddress, client));
    }

    /** Whose limits by address a request has; empty: nobody's. */
    Optional<String> client(HttpServerRequest request) {
        return limits().on()
                ? limited(settings.addresses()
                        .of(
                                request.remoteAddress().hostAddress(),
                                request.headers().getAll("X-Forwarded-For")))
                : Optional.empty();
    }

    /** Whose limits by address a socket has; empty: nobody's, or that of a proxy. */
    Optional<String> client(HttpConnection connection) {
        SocketAddress remote = connection.remoteAddress();
        return limits().on() && remote != null
                ? settings.addresses().ofSocket(remote.hostAddress()).flatMap(Protection::limited)
                : Optional.empty();
    }

    private static Optional<String> limited(ClientAddresses.Client client) {
        return client.loopback() ? Optional.empty() : Optional.of(client.key());
    }
}
