package io.meridian.launch;

import java.time.Duration;

/** When an engine that dies may be started again: at once, and ever more rarely while it keeps dying. */
final class RestartPacing {
    /** With the time to notice the death still below the five seconds that a restart may take. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    /** Having lived this long, it starts afresh. */
    static final Duration STABLE_AFTER = Duration.ofSeconds(30);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private boolean started;
    private long lastNanos;
    private Duration pause = Duration.ZERO;

    /**
     * Whether it may be started now; if so, that counts as a start.
     *
     * @param nowNanos of a clock that only goes forward
     */
    boolean isDue(long nowNanos) {
        long sinceNanos = nowNanos - lastNanos;
        if (!started || sinceNanos > STABLE_AFTER.toNanos()) {
            pause = FIRST_PAUSE;
        } else if (sinceNanos < pause.toNanos()) {
            return false;
        } else {
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }
        started = true;
        lastNanos = nowNanos;
        return true;
    }
}
