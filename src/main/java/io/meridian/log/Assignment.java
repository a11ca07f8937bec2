package io.meridian.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One partition while it is ours. Belongs to the poll thread, but for {@link #ours}, {@link #reopen} and the
 * completion of batches, which may come from any thread.
 */
final class Assignment implements AssignedLog {
    /** How far the partition has got. */
    enum State {
        /** Paused; where to start is being found out. */
        OPENING,
        /** Records flow. */
        RUNNING,
        /** Nobody can go on without a person; paused, with an alarm, until the partition is assigned anew. */
        STUCK
    }

    /** One hand-over to the handler; {@code next} is the offset after its last record. */
    static final class Batch {
        final long next;
        final int records;
        final long bytes;
        final Optional<Integer> leaderEpoch;
        volatile boolean done;

        Batch(long next, int records, long bytes, Optional<Integer> leaderEpoch) {
            this.next = next;
            this.records = records;
            this.bytes = bytes;
            this.leaderEpoch = leaderEpoch;
        }
    }

    private final String log;
    private final int partition;
    private final AtomicBoolean reopenAsked = new AtomicBoolean();
    private volatile boolean ours = true;

    State state = State.OPENING;
    /** Counts openings, so that what belongs to an earlier one is dropped. */
    volatile int opening;

    /** It was not where it was: which log it is must be known before it is opened again. */
    boolean suspect;
    /** Where the log was cut off below a position of ours, however far it has grown since. */
    long cutAt = Long.MAX_VALUE;
    /** Openings in a row after which nothing could be read. */
    int faults;
    /** Openings are asked for many at once; this one alone, since the others must not wait for it. */
    boolean askAlone;

    boolean openingUnderWay;
    long openNotBeforeMs;
    int failedOpenings;
    /** Since when nothing has moved although something waits; 0: nothing waits. */
    volatile long waitingSinceMs;

    final Deque<Batch> inFlight = new ArrayDeque<>();
    long inFlightRecords;
    long inFlightBytes;
    /** What the log has to give next. */
    long nextOffset;
    /** Where a gap was seen; one that is seen again is the log's own. */
    long gapAt = -1;
    /** Since when records lie in the log and don't come; 0: they come. */
    volatile long unreadSinceMs;

    long seenAtMs;
    long seenEndOffset;
    long seenNextOffset;
    /** The next offset whose predecessors are all done, with the leader epoch of the last of them. */
    long doneOffset = -1;

    Optional<Integer> doneLeaderEpoch = Optional.empty();
    long committedOffset = -1;
    boolean commitUnderWay;

    Assignment(String log, int partition, long nowMs) {
        this.log = log;
        this.partition = partition;
        this.waitingSinceMs = nowMs;
    }

    @Override
    public String log() {
        return log;
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    public boolean ours() {
        return ours;
    }

    @Override
    public void reopen() {
        reopenAsked.set(true);
    }

    boolean takeReopen() {
        return reopenAsked.getAndSet(false);
    }

    void end() {
        ours = false;
    }

    /**
     * Records flow from there on. It is committed once even if nothing comes: the handler may have chosen another
     * offset than the committed one, or have other words to say beside it.
     */
    void opened(Start start) {
        state = State.RUNNING;
        failedOpenings = 0;
        waitingSinceMs = 0;
        unreadSinceMs = 0;
        cutAt = Long.MAX_VALUE;
        nextOffset = start.offset();
        doneOffset = start.offset();
        doneLeaderEpoch = start.leaderEpoch();
        committedOffset = -1;
    }

    void stuck(long nowMs) {
        state = State.STUCK;
        waitingSinceMs = waitingSinceMs == 0 ? nowMs : waitingSinceMs;
    }

    boolean hasProgress() {
        return state == State.RUNNING && doneOffset > committedOffset;
    }

    boolean working() {
        return inFlight.stream().anyMatch(batch -> !batch.done);
    }

    /** Back to the beginning of an assignment, keeping it. */
    void restart(long nowMs) {
        state = State.OPENING;
        opening++;
        openingUnderWay = false;
        inFlight.clear();
        inFlightRecords = 0;
        inFlightBytes = 0;
        doneOffset = -1;
        doneLeaderEpoch = Optional.empty();
        committedOffset = -1;
        waitingSinceMs = nowMs;
        unreadSinceMs = 0;
    }

    void handedOver(Batch batch, long nowMs) {
        if (inFlight.isEmpty()) {
            waitingSinceMs = nowMs;
        }
        nextOffset = batch.next;
        inFlight.addLast(batch);
        inFlightRecords += batch.records;
        inFlightBytes += batch.bytes;
    }

    /** The log ends there. What lay there when it was last looked at, and still has not come, is waited for. */
    void seen(long endOffset, long nowMs) {
        boolean comes = state != State.RUNNING
                || !inFlight.isEmpty()
                || seenNextOffset != nextOffset
                || seenEndOffset <= nextOffset;
        if (comes) {
            unreadSinceMs = 0;
        } else if (unreadSinceMs == 0) {
            unreadSinceMs = seenAtMs;
        }
        seenEndOffset = endOffset;
        seenNextOffset = nextOffset;
        seenAtMs = nowMs;
    }

    /** Takes finished batches off the front. */
    void advance(long nowMs) {
        while (!inFlight.isEmpty() && inFlight.peekFirst().done) {
            Batch batch = inFlight.removeFirst();
            inFlightRecords -= batch.records;
            inFlightBytes -= batch.bytes;
            doneOffset = batch.next;
            doneLeaderEpoch = batch.leaderEpoch;
            faults = 0;
            waitingSinceMs = inFlight.isEmpty() ? 0 : nowMs;
        }
    }
}
