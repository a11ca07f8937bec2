package io.meridian.limits;

import java.time.Duration;

/**
 * What a token bucket gives.
 *
 * @param perSecond tokens that come back each second, evenly
 * @param burst tokens of a bucket that was left alone
 */
public record Rate(double perSecond, int burst) {
    /** One in a quarter of an hour; above a million a second a bucket counts nothing but its own time. */
    private static final double LEAST = 1.0 / 900;

    private static final double MOST = 1_000_000;

    /** {@code key}: of the configuration, for the message. */
    void check(String key) {
        if (!(perSecond >= LEAST && perSecond <= MOST)) {
            throw new IllegalArgumentException(key + ".per-second = " + perSecond
                    + ": use 0.002 to 1000000; limits.rates = off lifts every limit");
        }
        if (burst < 1) {
            throw new IllegalArgumentException(
                    key + ".burst = " + burst + ": use at least 1, better the rate's double");
        }
    }

    /** Until one token has come back. */
    public Duration period() {
        return Duration.ofNanos(Math.round(1e9 / perSecond));
    }

    /** Until an empty bucket is full. */
    Duration untilFull() {
        return period().multipliedBy(burst);
    }
}
