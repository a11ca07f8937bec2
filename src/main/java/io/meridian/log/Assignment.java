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
        /** The handler cannot go on; paused, with an alarm, until the partition is assigned anew. */
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

    boolean openingUnderWay;
    long openNotBeforeMs;
    int failedOpenings;
    /** Since when nothing has moved although something waits; 0: nothing waits. */
    volatile long waitingSinceMs;

    final Deque<Batch> inFlight = new ArrayDeque<>();
    long inFlightRecords;
    long inFlightBytes;
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
     * Records flow from {@code offset} on. It is committed once even if nothing comes: the handler may have chosen another
     * offset than the committed one, or have other words to say beside it.
     */
    void opened(long offset) {
        state = State.RUNNING;
        failedOpenings = 0;
        waitingSinceMs = 0;
        doneOffset = offset;
        committedOffset = -1;
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
        committedOffset = -1;
        waitingSinceMs = nowMs;
    }

    void handedOver(Batch batch, long nowMs) {
        if (inFlight.isEmpty()) {
            waitingSinceMs = nowMs;
        }
        inFlight.addLast(batch);
        inFlightRecords += batch.records;
        inFlightBytes += batch.bytes;
    }

    /** Takes finished batches off the front. */
    void advance(long nowMs) {
        while (!inFlight.isEmpty() && inFlight.peekFirst().done) {
            Batch batch = inFlight.removeFirst();
            inFlightRecords -= batch.records;
            inFlightBytes -= batch.bytes;
            doneOffset = batch.next;
            doneLeaderEpoch = batch.leaderEpoch;
            waitingSinceMs = inFlight.isEmpty() ? 0 : nowMs;
        }
    }
}
