package io.meridian.gateway;

/** How many sessions are to have been told, and when. Pure. */
record DrainPace(double perMs) {
    /** As many a second as asked for, or as the window needs. */
    static DrainPace of(int sessions, double perSecond, long windowMs) {
        return new DrainPace(Math.max(perSecond / 1_000, windowMs == 0 ? sessions : (double) sessions / windowMs));
    }

    /** The first at once. */
    long toldBy(long elapsedMs) {
        return 1 + (long) (perMs * elapsedMs);
    }
}
