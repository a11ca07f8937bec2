package io.meridian.delivery;

import java.time.Duration;

/**
 * How delivery works.
 *
 * @param replayMargin how far before the last finished append it goes back when Redis may have lost something
 * @param hintTimeout how long a gateway may take to answer a hint, before it is repeated once
 * @param cachedMembers bound of all cached member lists together, in users
 * @param feed what services are told of every event
 */
public record DeliverySettings(Duration replayMargin, Duration hintTimeout, long cachedMembers, FeedLevel feed) {
    /**
     * 60 s: Redis syncs every second, a failing disk a little later, clocks differ. 1 s: a gateway that is alive
     * answers in milliseconds. 200,000 users: some 25 MB.
     */
    public static final DeliverySettings DEFAULTS =
            new DeliverySettings(Duration.ofSeconds(60), Duration.ofSeconds(1), 200_000, FeedLevel.HEADS);

    public DeliverySettings {
        require(replayMargin.toMillis() >= 1_000, "replay-margin", replayMargin, "use 60s");
        require(hintTimeout.toMillis() >= 10, "hint-timeout", hintTimeout, "use 1s");
        require(cachedMembers >= 0, "cached-members", cachedMembers, "use 200000");
    }

    public DeliverySettings with(FeedLevel other) {
        return new DeliverySettings(replayMargin, hintTimeout, cachedMembers, other);
    }

    /** No keys of the configuration: what tests and programmers choose. */
    private static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException("delivery " + key + " = " + value + ": " + remedy);
        }
    }
}
