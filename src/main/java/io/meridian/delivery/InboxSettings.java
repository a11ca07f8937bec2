package io.meridian.delivery;

import java.time.Duration;

/**
 * Bounds of an inbox.
 *
 * @param maxDevices of one user; the fan-out of one call
 * @param maxEntries of one device; above, the stream is emptied and the device has to sync
 * @param unseenFor a device that did not connect for so long gets nothing any more until it does
 * @param holderTimeout a session without a heartbeat for so long gets no hints
 */
public record InboxSettings(int maxDevices, int maxEntries, Duration unseenFor, Duration holderTimeout) {
    /**
     * 20 devices: a call of 1 MiB then writes 20 MiB at most, some 20 ms in Redis. 10,000 entries: a sync is cheaper
     * for whoever missed more. 30 days: who was away longer comes back as if new. 90 s: three heartbeats.
     */
    public static final InboxSettings DEFAULTS =
            new InboxSettings(20, 10_000, Duration.ofDays(30), Duration.ofSeconds(90));

    public InboxSettings {
        require(maxDevices >= 1 && maxDevices <= 100, "max-devices", maxDevices, "use 1 to 100");
        require(maxEntries >= 1 && maxEntries <= 1_000_000, "max-entries", maxEntries, "use 1 to 1000000");
        require(unseenFor.toMillis() >= 1, "unseen-for", unseenFor, "use a positive duration, 30d for example");
        require(
                holderTimeout.toMillis() >= 1,
                "holder-timeout",
                holderTimeout,
                "use three heartbeats, 90s for example");
    }

    private static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException("meridian.inbox." + key + " = " + value + ": " + remedy);
        }
    }
}
