package io.meridian.bench;

import java.util.Arrays;

/** Positions in the order in which they came, with the one before each; cheap while they ascend, as they should. Pure. */
final class SeqLog {
    /** How a position stands to those before it. */
    enum Place {
        NEXT,
        /** New, but below one that was there already. */
        LATE,
        AGAIN
    }

    private long[] seqs = new long[64];
    private long[] previous = new long[64];
    private int size;
    private long highest = Long.MIN_VALUE;

    /** Keeps it, unless it is there already. */
    Place add(long seq, long prevSeq) {
        Place place = seq > highest ? Place.NEXT : holds(seq) ? Place.AGAIN : Place.LATE;
        if (place != Place.AGAIN) {
            append(seq, prevSeq);
        }
        return place;
    }

    int size() {
        return size;
    }

    /** All positions, ascending. */
    long[] sorted() {
        long[] copy = Arrays.copyOf(seqs, size);
        Arrays.sort(copy);
        return copy;
    }

    long seq(int index) {
        return seqs[index];
    }

    long prevSeq(int index) {
        return previous[index];
    }

    private boolean holds(long seq) {
        // From the end: what comes again came lately.
        for (int i = size - 1; i >= 0; i--) {
            if (seqs[i] == seq) {
                return true;
            }
        }
        return false;
    }

    private void append(long seq, long prevSeq) {
        if (size == seqs.length) {
            seqs = Arrays.copyOf(seqs, size * 2);
            previous = Arrays.copyOf(previous, size * 2);
        }
        seqs[size] = seq;
        previous[size] = prevSeq;
        size++;
        highest = Math.max(highest, seq);
    }
}
