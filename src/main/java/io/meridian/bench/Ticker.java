package io.meridian.bench;

/** Time that only goes forward, in ns since this process began to measure: small enough to travel in an id. */
final class Ticker {
    private final long zero;

    Ticker(long zero) {
        this.zero = zero;
    }

    long nowNs() {
        return System.nanoTime() - zero;
    }
}
