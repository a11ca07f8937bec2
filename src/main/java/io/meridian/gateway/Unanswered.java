package io.meridian.gateway;

/**
 * A connection's frames that wait for their answer. When there are too many, the connection is not read any more, and its
 * sender is as slow as its answers are; so nothing that a client sends piles up here. Pure.
 */
final class Unanswered {
    /** At 3,000 messages/s over a single connection, answered within 80 ms. */
    static final int MAX_FRAMES = 256;
    /** Four of the largest frames: the heap that a connection may fill before it is slowed down. */
    static final int MAX_BYTES = 256 * 1024;

    private int frames;
    private long bytes;
    private int mostFrames;
    private long mostBytes;

    void taken(int size) {
        frames++;
        bytes += size;
        mostFrames = Math.max(mostFrames, frames);
        mostBytes = Math.max(mostBytes, bytes);
    }

    void answered(int size) {
        frames--;
        bytes -= size;
    }

    /** Nothing more is to be read. */
    boolean tooMany() {
        return frames >= MAX_FRAMES || bytes >= MAX_BYTES;
    }

    /** Few enough to read on: half, so that reading does not stop and go with every frame. */
    boolean few() {
        return frames <= MAX_FRAMES / 2 && bytes <= MAX_BYTES / 2;
    }

    int frames() {
        return frames;
    }

    /** The most there ever were. */
    int mostFrames() {
        return mostFrames;
    }

    /** The most they ever came to. */
    long mostBytes() {
        return mostBytes;
    }
}
