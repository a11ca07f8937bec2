package io.meridian.bench;

/**
 * When each message is due: evenly spread, decided before the run, so that a slow server does not slow the load down (open
 * loop). Message {@code k} goes to room {@code k mod rooms}; within a room the members take turns. Pure.
 *
 * @param perSecond messages over all rooms
 * @param messages in all
 */
record Schedule(double perSecond, long messages) {
    private static final double NANOS = 1e9;

    Schedule {
        if (!(perSecond > 0) || messages < 0) {
            throw new IllegalArgumentException("no schedule: " + messages + " messages at " + perSecond + "/s");
        }
    }

    static Schedule of(double perSecond, long seconds) {
        return new Schedule(perSecond, Math.round(perSecond * seconds));
    }

    /** After the start, in ns; from the index, so that rounding does not add up. */
    long dueNs(long message) {
        return (long) (message * NANOS / perSecond);
    }

    int room(long message, int rooms) {
        return (int) (message % rooms);
    }

    int sender(long message, int rooms, int members) {
        return (int) (message / rooms % members);
    }
}
