package io.meridian.store;

import io.meridian.message.Seq;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Which rows to read next, to collect up to {@code limit} events after or before a position, over as few partitions as it
 * takes. A conversation's buckets are far apart where an epoch began, so their list is read, but only when the bucket that
 * the position itself lies in did not hold enough.
 *
 * <p>{@link #next} says what to read; {@link #rows} or {@link #buckets} takes what was read; until {@link Done}.
 */
final class BucketWalk<T> {
    /** Buckets read at once: 16,384 positions, more than the longest page. */
    static final int BUCKETS = 16;

    /** A row as read, {@code event} null where only debris is left. */
    record Found<T>(long seq, T event) {}

    sealed interface Step {}

    /** The next {@code limit} rows of {@code bucket} beyond {@code from}, exclusive, in the walk's direction. */
    record ReadRows(long bucket, long from, int limit) implements Step {}

    /** The next {@link #BUCKETS} buckets beyond {@code from}, exclusive, in the walk's direction. */
    record ReadBuckets(long from) implements Step {}

    record Done() implements Step {}

    private final boolean ascending;
    private final int limit;
    private final List<T> events = new ArrayList<>();
    private final Deque<Long> ahead = new ArrayDeque<>();
    private boolean moreBuckets = true;
    private long position;
    private Step step;

    private BucketWalk(boolean ascending, int limit, long position, Step first) {
        this.ascending = ascending;
        this.limit = limit;
        this.position = position;
        this.step = first;
    }

    /** From {@code seq} upwards, exclusive. */
    static <T> BucketWalk<T> after(long seq, int limit) {
        // 0 is no event's position: its bucket holds nothing.
        Step first = seq <= 0 ? new ReadBuckets(-1) : new ReadRows(Seq.bucket(seq), seq, limit);
        return new BucketWalk<>(true, limit, Math.max(seq, 0), first);
    }

    /** From {@code seq} downwards, exclusive. */
    static <T> BucketWalk<T> before(long seq, int limit) {
        if (seq <= 1) {
            return new BucketWalk<>(false, limit, seq, new Done());
        }
        // The end of what can be: the caller means "the newest", and does not know its bucket.
        Step first = seq >= Seq.MAX
                ? new ReadBuckets(Seq.bucket(Seq.MAX) + 1)
                : new ReadRows(Seq.bucket(seq - 1), seq, limit);
        return new BucketWalk<>(false, limit, seq, first);
    }

    Step next() {
        return step;
    }

    /** In ascending order, whatever the direction. */
    List<T> events() {
        if (!ascending) {
            Collections.reverse(events);
        }
        return events;
    }

    /** What the {@link ReadRows} found, in the walk's direction. */
    void rows(List<Found<T>> found) {
        ReadRows read = (ReadRows) step;
        for (Found<T> row : found) {
            position = row.seq();
            if (row.event() != null) {
                events.add(row.event());
            }
        }
        if (events.size() >= limit) {
            step = new Done();
        } else if (found.size() >= read.limit()) {
            step = new ReadRows(read.bucket(), position, limit - events.size());
        } else {
            leave(read.bucket());
        }
    }

    /** What the {@link ReadBuckets} found, in the walk's direction. */
    void buckets(List<Long> found) {
        ahead.addAll(found);
        moreBuckets = found.size() >= BUCKETS;
        leave(((ReadBuckets) step).from());
    }

    private void leave(long bucket) {
        if (!ahead.isEmpty()) {
            step = new ReadRows(ahead.poll(), position, limit - events.size());
        } else if (moreBuckets) {
            step = new ReadBuckets(bucket);
        } else {
            step = new Done();
        }
    }
}
