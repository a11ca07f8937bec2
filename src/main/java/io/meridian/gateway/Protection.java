package io.meridian.gateway;

import io.meridian.limits.ClientAddresses;
import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.RateLimits;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What all gateways of a node have in common against too much of anything; on any of their event loops. */
public final class Protection {
    private final ProtectionSettings settings;
    private final RateLimits rates;
    private final Drain drain;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong sessions = new AtomicLong();

    /** {@code nanoTime}: as {@link System#nanoTime}. */
    public Protection(ProtectionSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.rates = new RateLimits(settings.limits(), nanoTime);
        this.drain = new Drain(settings.drain());
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

    /** HTTP calls of the node under way. */
    AtomicInteger calls() {
        return calls;
    }

    /** Of a new connection. */
    SessionLimits session() {
        return new SessionLimits(rates, Long.toString(sessions.incrementAndGet()));
    }

    /** Throws {@code rate_limited}; an address of this machine is not limited. */
    void take(Limit byAddress, HttpServerRequest request) {
        if (limits().on()) {
            ClientAddresses.Client client = settings.addresses()
                    .of(request.remoteAddress().hostAddress(), request.headers().getAll("X-Forwarded-For"));
            if (!client.loopback()) {
                rates.take(byAddress, client.key());
            }
        }
    }
}
