package io.meridian.service;

/** Requests that are being worked on, in number and in bytes. On one event loop. */
final class InFlight {
    private final int maxRequests;
    private final long maxBytes;
    private int requests;
    private long bytes;

    InFlight(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /** Whether one more of {@code size} bytes may come in. */
    boolean hasRoom(int size) {
        return requests < maxRequests && bytes + size <= maxBytes;
    }

    void enter(int size) {
        requests++;
        bytes += size;
    }

    void leave(int size) {
        requests--;
        bytes -= size;
    }

    int requests() {
        return requests;
    }
}
