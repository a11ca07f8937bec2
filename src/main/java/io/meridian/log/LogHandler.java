package io.meridian.log;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** What a feature does with the partitions it is assigned. Every call is made on the consumer's Vert.x context. */
public interface LogHandler {

    /**
     * Decides where to start; called again with backoff when it fails, but for a {@link BrokenLogException}, which stops the
     * partition; and after {@link AssignedLog#reopen}, or when the position that was chosen turned out not to be there.
     *
     * @param committed what the group committed last, for whichever log had this topic's name then
     * @param begin the first offset that can be read now
     * @param end the offset after the last; of a log that was cut off below a position and grew again, where it was cut
     *     off: what lies there now is not what the position speaks of
     */
    Future<Start> open(AssignedLog log, Optional<Committed> committed, long begin, long end);

    /**
     * More records, in order. Several batches may be in flight, bounded; the handler keeps their order where it matters.
     *
     * @return done when every effect is durable; while the log is ours it never fails, but retries inside.
     *     A failure stops the partition where it is, with an alarm, until it is assigned anew.
     */
    Future<Void> process(AssignedLog log, List<LogEntry> batch);

    /** The words to commit with {@code offset}, the next to be read. What must be durable before the commit is written here. */
    Future<String> beforeCommit(AssignedLog log, long offset);

    /** The commit was made. */
    default void committed(AssignedLog log, long offset) {}

    /** Revoked and drained, or lost: forget all about it. */
    void close(AssignedLog log);
}
