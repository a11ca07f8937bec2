package io.meridian.testing;

import java.time.Duration;

/**
 * A client's waits.
 *
 * @param resend an unanswered send goes out again after this; the contract says 10 s
 * @param acknowledge acknowledgements are batched this long; the contract suggests 100 ms
 * @param ping said when nothing else was said for so long; must be below the server's heartbeat of 30 s
 * @param silence a connection that brought nothing for so long, not even a pong, is dead
 * @param gapPatience how long a gap may be open before history is asked: mostly the missing event is on its way
 * @param firstBackoff and {@code maxBackoff}: waits before connecting again
 */
public record ClientTiming(
        Duration resend,
        Duration acknowledge,
        Duration ping,
        Duration silence,
        Duration gapPatience,
        Duration firstBackoff,
        Duration maxBackoff) {

    /** As the contract says; pings often enough to leave a node that was stopped after 6 s. */
    public static final ClientTiming DEFAULT = new ClientTiming(
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            Duration.ofSeconds(6),
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ofSeconds(2));
}
