package io.meridian.gateway;

/**
 * The bytes that were given to a connection and that its socket has not taken yet. Counted here and not asked of Vert.x,
 * whose write queue becomes full by a number of messages behind what the socket holds: 16 of 64 KiB are a mebibyte. Pure.
 */
final class WriteQueue {
    /** 128 KiB: two of the largest events, or some 200 of the usual; what comes beyond stays in the inbox. */
    static final int FULL = 128 * 1024;
    /** Half, so that what comes next finds room and the socket does not run dry meanwhile. */
    static final int DRAINED = FULL / 2;
    /**
     * 1 MiB: answers have to be sent even when it is full. Those of all sends that a connection may have under way, and
     * one of the largest events, fit; whoever lets more than that lie does not read.
     */
    static final int MAX = 1024 * 1024;

    private long waiting;
    private long most;
    private long taken;
    private boolean wasFull;

    void add(int bytes) {
        waiting += bytes;
        most = Math.max(most, waiting);
        wasFull |= full();
    }

    /** The socket took some, or is gone. Whether it was full and is no more: who waited for that goes on. */
    boolean taken(int bytes) {
        waiting -= bytes;
        taken += bytes;
        boolean drained = wasFull && waiting <= DRAINED;
        wasFull &= !drained;
        return drained;
    }

    /** What can wait is to wait until it has drained. */
    boolean full() {
        return waiting >= FULL;
    }

    /** More than anybody needs who reads at all. */
    boolean over() {
        return waiting > MAX;
    }

    long waiting() {
        return waiting;
    }

    /** The most that ever waited. */
    long most() {
        return most;
    }

    /** All that the socket ever took: as long as it grows, the other side reads. */
    long taken() {
        return taken;
    }
}
