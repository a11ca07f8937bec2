package io.meridian.delivery;

import java.util.Locale;

/** What the region's services are told of every event, whoever's conversation it is in. */
public enum FeedLevel {
    /** Nothing. */
    OFF,
    /** Which conversation moved, and how far; what happened there is read by those who may. */
    HEADS,
    /** The event itself, contents included. */
    FULL;

    /** {@code text}: as configured, {@code off} for instance. */
    public static FeedLevel of(String text) {
        for (FeedLevel level : values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(text)) {
                return level;
            }
        }
        throw new IllegalArgumentException("meridian.services.events = " + text + ": use off, heads or full");
    }
}
