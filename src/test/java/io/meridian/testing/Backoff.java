package io.meridian.testing;

import java.util.random.RandomGenerator;

/** Waits between attempts: doubled each time up to a maximum, and a random half to all of it, so that clients do not come in step. */
final class Backoff {
    private final long firstMs;
    private final long maxMs;
    private final RandomGenerator random;
    private int failures;

    Backoff(long firstMs, long maxMs, RandomGenerator random) {
        this.firstMs = firstMs;
        this.maxMs = maxMs;
        this.random = random;
    }

    /** How long to wait before the next attempt, in ms. */
    long next() {
        long full = Math.min(maxMs, firstMs << Math.min(failures++, 16));
        return full / 2 + random.nextLong(full / 2 + 1);
    }

    void succeeded() {
        failures = 0;
    }
}
