package io.meridian.delivery;

import java.time.Duration;

/**
 * Bounds of an inbox.
 *
 * @param maxDevices of one user; the fan-out of one call
 * @param maxEntries of one device; above, the stream is emptied and the device has to sync
 * @param maxBytes of one device's stream, as Redis counts its memory: at three quarters of it everything but what was
 *     appended just now is dropped, and the device has to sync
 * @param unseenFor a device that did not connect for so long gets nothing any more until it does, and makes room for
 *     another where the user has as many as he may
 * @param holderTimeout a session without a heartbeat for so long gets no hints
 * @param removedFor how long a removed device's older tokens are refused: longer than any access token lives
 */
public record InboxSettings(
        int maxDevices,
        int maxEntries,
        long maxBytes,
        Duration unseenFor,
        Duration holderTimeout,
        Duration removedFor) {
    /** A quarter of it may be appended between two looks at a stream's size: two calls' worth. */
    private static final long LEAST_BYTES = 8L << 20;

    private static final long MOST_BYTES = 4L << 30;
    private static final Duration LONGEST_MEMORY = Duration.ofDays(90);

    /**
     * 20 devices: a call of 1 MiB then writes 20 MiB at most, some 20 ms in Redis. 10,000 entries: a sync is cheaper
     * for whoever missed more. 64 MiB: 20 such devices of one user are 1.25 GiB at the very worst. 30 days: who was away longer comes back as if new. 90 s: three heartbeats. 25 hours: our
     * own tokens live for minutes, those of outside issuers for a day at most.
     */
    public static final InboxSettings DEFAULTS =
            new InboxSettings(20, 10_000, 64L << 20, Duration.ofDays(30), Duration.ofSeconds(90), Duration.ofHours(25));

    public InboxSettings {
        require(maxDevices >= 1 && maxDevices <= 100, "max-devices", maxDevices, "use 1 to 100");
        require(maxEntries >= 1 && maxEntries <= 1_000_000, "max-entries", maxEntries, "use 1 to 1000000");
        require(
                maxBytes >= LEAST_BYTES && maxBytes <= MOST_BYTES,
                "max-bytes",
                maxBytes,
                "use 8MiB to 4GiB, 64MiB for example");
        require(unseenFor.toMillis() >= 1, "unseen-for", unseenFor, "use a positive duration, 30d for example");
        require(
                holderTimeout.toMillis() >= 1,
                "holder-timeout",
                holderTimeout,
                "use three heartbeats, 90s for example");
        require(
                removedFor.toSeconds() >= 1 && removedFor.compareTo(LONGEST_MEMORY) <= 0,
                "removed-for",
                removedFor,
                "use more than the longest life of an access token and at most 90d, 25h for example");
    }

    private static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException("meridian.inbox." + key + " = " + value + ": " + remedy);
        }
    }
}
