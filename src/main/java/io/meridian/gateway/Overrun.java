package io.meridian.gateway;

/**
 * A connection that goes on beyond its limits, in spite of being told: first it hears of each frame that it is refused, then
 * it is read more and more slowly, so that a flood stays in its sender's own socket, and in the end it is closed. Pure.
 */
final class Overrun {
    /** A client that sends its whole queue at once learns of all of it without waiting. */
    static final int TOLD_AT_ONCE = 200;
    /** Refusals that are forgotten a second: who tries again as it is told, where others use up the limit, stays below. */
    static final int FORGOTTEN_PER_SECOND = 20;

    static final long FIRST_HOLD_MS = 50;
    /** With its acknowledgements behind the flood; longer would look like a dead connection. */
    static final long LONGEST_HOLD_MS = 1_000;
    /** Of being slowed down: nobody who heeds {@code retryAfterMs} goes on as long as that. */
    static final long PERSISTENT_MS = 20_000;

    private double refusals;
    private long lastMs;
    private long holdMs;
    private long heldSinceMs;
    private long heldUntilMs;

    /** @return for how long the connection is not to be read; 0: go on, or it is not read already */
    long refused(long nowMs) {
        refusals = 1 + Math.max(0, refusals - FORGOTTEN_PER_SECOND * (nowMs - lastMs) / 1_000.0);
        lastMs = nowMs;
        if (refusals <= TOLD_AT_ONCE / 2.0) {
            holdMs = 0;
        }
        if (refusals <= TOLD_AT_ONCE || holdMs > 0 && nowMs < heldUntilMs) {
            return 0;
        }
        if (holdMs == 0) {
            heldSinceMs = nowMs;
        }
        holdMs = holdMs == 0 ? FIRST_HOLD_MS : Math.min(LONGEST_HOLD_MS, 2 * holdMs);
        heldUntilMs = nowMs + holdMs;
        return holdMs;
    }

    /** As of the last refusal. */
    boolean persistent() {
        return holdMs > 0 && lastMs - heldSinceMs >= PERSISTENT_MS;
    }
}
