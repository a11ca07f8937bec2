package io.meridian.gateway;

import java.time.Duration;

/**
 * How a node that is to stop sends its sessions elsewhere.
 *
 * @param sessionsPerSecond sessions of the node that are told to reconnect each second; more if they would not fit the window
 * @param window in which the last one is told
 * @param answers how long a session, and then the node, waits for what was sent and has no answer yet
 */
public record DrainSettings(int sessionsPerSecond, Duration window, Duration answers) {
    /** Process managers grant some minutes at most. */
    private static final Duration MOST = Duration.ofMinutes(10);
    /** 15 s in all: with the stop behind it less than the 30 s that Kubernetes grants unless told otherwise. */
    public static final DrainSettings DEFAULTS = new DrainSettings(500, Duration.ofSeconds(10), Duration.ofSeconds(5));

    public DrainSettings {
        require(sessionsPerSecond >= 1, "sessions-per-second", sessionsPerSecond, "use at least 1");
        require(fits(window), "window", window, "use 0s to 10m");
        require(fits(answers), "answers", answers, "use 0s to 10m");
    }

    /** What a drain takes at most. */
    public Duration bound() {
        return window.plus(answers);
    }

    private static boolean fits(Duration duration) {
        return duration != null && !duration.isNegative() && duration.compareTo(MOST) <= 0;
    }

    private static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException("meridian.drain." + key + " = " + value + ": " + remedy);
        }
    }
}
