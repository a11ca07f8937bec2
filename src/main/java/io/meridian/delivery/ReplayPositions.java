package io.meridian.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Remembers which offset had been finished when, to know where to go back to. Pure.
 *
 * <p>The margin counts from the last time anything was finished, not from now: while Redis is out nothing is
 * finished, and what it lost lies before that.
 */
final class ReplayPositions {
    /** One sample of sixty in the margin: the deque holds about 61, and a replay is at most a sixtieth too long. */
    private static final int SAMPLES = 60;

    private final long marginMs;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long back;
    private long lastMs;

    private record Sample(long offset, long atMs) {}

    /** {@code back} holds until a margin's worth of time has passed since {@code offset} was where to start. */
    ReplayPositions(Duration margin, long offset, long back, long nowMs) {
        this.marginMs = margin.toMillis();
        this.back = back;
        this.lastMs = nowMs;
        samples.addLast(new Sample(offset, nowMs));
    }

    /** Everything below {@code offset} is in the inboxes. */
    void finished(long offset, long nowMs) {
        lastMs = nowMs;
        if (nowMs - samples.getLast().atMs() >= marginMs / SAMPLES) {
            samples.addLast(new Sample(offset, nowMs));
        }
        while (!samples.isEmpty() && samples.getFirst().atMs() <= lastMs - marginMs) {
            back = samples.removeFirst().offset();
        }
        if (samples.isEmpty()) {
            samples.addLast(new Sample(offset, nowMs));
        }
    }

    /** An offset finished at least a margin before the last one was. */
    long back() {
        return back;
    }
}
