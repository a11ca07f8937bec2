package io.meridian.limits;

/**
 * How much a node has at once, and one caller of it: what is taken slowly, or never given back, no rate bounds.
 *
 * @param connections HTTP and live together
 * @param connectionsOfAddress of one client address; sockets of trusted proxies are everybody's and are not among them
 * @param calls HTTP calls whose body has come and whose answer is not ready
 * @param callsOfAddress calls of one address from their first line to their answer, slow bodies included
 * @param callsOfUser of one user, as {@code calls}
 * @param heldBytes bodies of calls under way and answers that are not read; a quarter of it is for one address, and for one user
 */
public record Bounds(
        int connections, int connectionsOfAddress, int calls, int callsOfAddress, int callsOfUser, long heldBytes) {
    /** An office behind one address has a few hundred devices, each with a connection or two. */
    private static final int MOST_OF_ADDRESS = 2_000;
    /** As many at once as an address may begin in 0.4 s. */
    public static final int CALLS_OF_ADDRESS = 200;
    /** Twenty devices with five each. */
    public static final int CALLS_OF_USER = 100;
    /** 64 pages of events, the largest answers there are. */
    private static final long HELD_BYTES = 64L << 20;
    /** A body of SockJS, and a page beside it. */
    private static final long LEAST_HELD = 8L << 20;

    private static final int HEAP_SHARE = 8;
    private static final int ONES_SHARE = 4;

    public Bounds {
        positive("max-connections", connections);
        positive("max-connections-of-address", connectionsOfAddress);
        positive("max-calls", calls);
        positive("max-calls-of-address", callsOfAddress);
        positive("max-calls-of-user", callsOfUser);
        if (heldBytes < LEAST_HELD) {
            throw new IllegalArgumentException("meridian.limits.max-held-bytes = " + heldBytes
                    + ": use at least 8MiB, or 0 for an eighth of the heap");
        }
    }

    /** The others follow from these two, or are what is usual. */
    static Bounds of(int connections, int calls) {
        return new Bounds(connections, ofAddress(connections), calls, CALLS_OF_ADDRESS, CALLS_OF_USER, HELD_BYTES);
    }

    /** A quarter of a node's connections: so one address leaves most of a small node to others. */
    public static int ofAddress(int connections) {
        return Math.max(1, Math.min(MOST_OF_ADDRESS, connections / ONES_SHARE));
    }

    /** An eighth: as much again is what is made of it while it is worked on. */
    public static long heldOf(long heapBytes) {
        return Math.max(LEAST_HELD, heapBytes / HEAP_SHARE);
    }

    /** Of {@link #heldBytes}. */
    public long heldOfOne() {
        return heldBytes / ONES_SHARE;
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("meridian.limits." + key + " = " + value + ": use at least 1");
        }
    }
}
