package io.meridian.sequencer;

import io.meridian.log.LogEntry;
import io.meridian.log.LogTail;
import io.meridian.message.CommandCodec;
import io.meridian.message.Ownership;
import io.meridian.store.Checkpoint;
import io.meridian.store.CheckpointStore;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The way out for a person whose partition of commands was cut off, or whose commands expired unread. Blocking; may be done
 * again at any time, and nobody needs to be stopped for it.
 *
 * <p>The position moves forward only, never back: rows of conversations remember the offsets of records that are gone, and a
 * new record that lies where one of those lay would be taken for a replay of it. So the log is filled up beyond all of them,
 * with repetitions of its ownership record, which change nothing; what clients have appended since the cut is appended once
 * more behind that; and the position is set there.
 */
public final class LogRepair {
    /**
     * Positions above the last checkpoint that rows may already have: 10 s, in which checkpoints failed, of a partition at
     * 10,000 records/s. Beyond it those who send are told {@code unavailable} until the log has grown past them.
     */
    private static final int BEYOND = 100_000;

    /** Records held at once; with frames of 64 KiB at most that is 64 MiB. */
    private static final int AT_ONCE = 1_000;

    private static final long ASK_SECONDS = 20;

    private final LogTail tail;
    private final CheckpointStore checkpoints;

    public LogRepair(LogTail tail, CheckpointStore checkpoints) {
        this.tail = tail;
        this.checkpoints = checkpoints;
    }

    /** @return what was done, in a sentence for a person */
    public String run() throws InterruptedException, ExecutionException, TimeoutException {
        Optional<LogPosition> found = LogPosition.reached(
                tail.log(), tail.committed(), done(checkpoints.load(SequencerVerticle.GROUP, tail.log())));
        if (found.isEmpty()) {
            return "nothing to repair: nobody has read log " + tail.log();
        }
        LogPosition reached = found.get();
        long begin = tail.begin();
        if (reached.offset() < begin) {
            save(new LogPosition(tail.log(), begin, Optional.empty(), reached.ownerships()));
            return "log " + tail.log() + " goes on at its beginning, " + begin + "; commands from " + reached.offset()
                    + " on had expired";
        }
        long intact = tail.intact(reached.offset(), reached.leaderEpoch());
        return intact >= reached.offset()
                ? "nothing to repair: log " + tail.log() + " holds what follows its position " + reached.offset()
                : refill(reached, intact);
    }

    private String refill(LogPosition reached, long intact)
            throws InterruptedException, ExecutionException, TimeoutException {
        Ownership ownership = reached.ownerships().byHome().values().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("log " + tail.log() + " has no ownership"));
        byte[] filler = CommandCodec.encode(ownership);
        long next = tail.append(filler, last -> last >= reached.offset() + BEYOND);
        long since = 0;
        Optional<Integer> leaderEpoch = Optional.empty();
        for (long from = intact; from < next; from += AT_ONCE) {
            List<LogEntry> entries = tail.read(from, Math.min(next, from + AT_ONCE));
            List<LogEntry> commands = entries.stream()
                    .filter(entry -> !Arrays.equals(entry.value(), filler))
                    .toList();
            tail.append(commands);
            since += commands.size();
            leaderEpoch = entries.get(entries.size() - 1).leaderEpoch();
        }
        save(new LogPosition(tail.log(), next, leaderEpoch, reached.ownerships()));
        return "log " + tail.log() + " was cut off at " + intact + ", below the position " + reached.offset()
                + "; it goes on at " + next + ", with " + since + " records that were appended since";
    }

    private void save(LogPosition position) throws InterruptedException, ExecutionException, TimeoutException {
        done(checkpoints.save(
                SequencerVerticle.GROUP, tail.log(), new Checkpoint(position.offset(), position.metadata())));
    }

    private static <T> T done(Future<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(ASK_SECONDS, TimeUnit.SECONDS);
    }
}
