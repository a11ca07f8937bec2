package io.meridian.message;

/**
 * The position of an event in its conversation: {@code epoch · 2^36 + n}, below 2^53 so that a JavaScript number holds it.
 *
 * <p>An epoch is {@code k·16 + index of the owning region}: two regions can never share one, and the highest wins.
 */
public final class Seq {
    /** Bits of n: 68 billion events of one conversation in one epoch. */
    public static final int NUMBER_BITS = 36;
    /** The largest position there can be: 2^53 − 1. */
    public static final long MAX = (1L << 53) - 1;
    /** Regions that can ever be registered, the divisor of an epoch. */
    public static final int REGIONS = 16;
    /** 1,024 events a bucket: with frames of 64 KiB at most a Cassandra partition stays below 64 MiB. */
    public static final int BUCKET_BITS = 10;

    private Seq() {}

    /** The position before the first of an epoch. */
    public static long start(long epoch) {
        if (!isEpoch(epoch)) {
            throw new IllegalArgumentException("epoch out of range: " + epoch);
        }
        return epoch << NUMBER_BITS;
    }

    public static boolean isEpoch(long epoch) {
        return epoch >= 0 && epoch < 1L << (53 - NUMBER_BITS);
    }

    public static long epoch(long seq) {
        return seq >>> NUMBER_BITS;
    }

    public static long bucket(long seq) {
        return seq >>> BUCKET_BITS;
    }

    /** The first of {@code count} positions after {@code last} in {@code epoch} that lie in one bucket. */
    public static long next(long last, long epoch, int count) {
        long first = Math.max(last, start(epoch)) + 1;
        boolean fits = bucket(first) == bucket(first + count - 1);
        return fits ? first : (bucket(first) + 1) << BUCKET_BITS;
    }

    /** The epoch of a region's k-th ownership. */
    public static long epochOf(long k, int regionIndex) {
        return k * REGIONS + regionIndex;
    }
}
