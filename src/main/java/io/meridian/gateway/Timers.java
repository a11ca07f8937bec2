package io.meridian.gateway;

import io.vertx.core.Vertx;
import java.util.random.RandomGenerator;

/** Waiting on the gateway's event loop. */
final class Timers {
    private static final long FIRST_RETRY_MS = 100;
    /** 5 s: soon enough after an outage, and no storm of those who wait. */
    private static final long LAST_RETRY_MS = 5_000;

    private final Vertx vertx;
    private final RandomGenerator random;

    Timers(Vertx vertx, RandomGenerator random) {
        this.vertx = vertx;
        this.random = random;
    }

    void after(long delayMs, Runnable action) {
        vertx.setTimer(Math.max(1, delayMs), timer -> action.run());
    }

    /** {@code attempt}: 0 for the first retry. Doubles, and half of it is random. */
    void retry(int attempt, Runnable action) {
        long delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS << Math.min(attempt, 10));
        after(delay / 2 + random.nextLong(delay / 2 + 1), action);
    }

    /** 0 to {@code bound} − 1. */
    long spread(long bound) {
        return bound <= 1 ? 0 : random.nextLong(bound);
    }
}
