package io.meridian.chaos;

/** Where a test's time went, for its output. */
final class Stopwatch {
    private final StringBuilder laps;
    private long last = System.nanoTime();

    Stopwatch(String name) {
        laps = new StringBuilder(name).append(':');
    }

    /** Ends a part. */
    void lap(String name) {
        long now = System.nanoTime();
        laps.append(String.format(" %s %.1f s", name, (now - last) / 1e9));
        last = now;
    }

    @Override
    public String toString() {
        return laps.toString();
    }
}
