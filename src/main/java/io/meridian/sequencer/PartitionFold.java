package io.meridian.sequencer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.meridian.bus.Bus;
import io.meridian.log.AssignedLog;
import io.meridian.log.Fatal;
import io.meridian.log.LogEntry;
import io.meridian.log.NotOursException;
import io.meridian.log.Retrying;
import io.meridian.message.Command;
import io.meridian.message.CommandCodec;
import io.meridian.message.ConversationId;
import io.meridian.message.LogRecord;
import io.meridian.message.NewerRecordException;
import io.meridian.message.Ownership;
import io.meridian.message.Topics;
import io.meridian.message.UnreadableRecordException;
import io.meridian.region.Ownerships;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One assigned partition of commands: gives each record to its conversation's lane, in order, many conversations at
 * once. Belongs to one context.
 */
final class PartitionFold {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionFold.class);
    /** Conversations of a partition at work at once; of all partitions of a node 1,024, which is what the driver sends over a connection. */
    private static final int MAX_BUSY_LANES = 64;
    /** Commands that a lane is given at once; one store write takes up to 64. */
    private static final int MAX_TAKE = 128;
    /** Ids and members in hot states, a few hundred bytes each: those of all partitions of a node stay below 100 MiB. */
    private static final long CACHE_WEIGHT = 20_000;
    /** Up to this many partitions have the whole of both; more share it. */
    private static final int FULL_SHARES = 16;

    private final AssignedLog log;
    private final long start;
    private final SequencerStores stores;
    private final Bus bus;
    private final Retrying retrying;
    private final Cache<ConversationId, ConversationLane> idle;
    private final Map<ConversationId, Busy> lanes = new HashMap<>();
    private final Deque<Busy> ready = new ArrayDeque<>();
    /** Offset of the record that brought them → ownerships from then on. */
    private final TreeMap<Long, Ownerships> ownerships = new TreeMap<>();
    /** Offset of the first record of each leader → its epoch. */
    private final TreeMap<Long, Integer> leaderEpochs = new TreeMap<>();

    /** Why nothing behind the record that could not be taken may be folded; null: all is well. */
    private Throwable stopped;

    private int busy;
    private int maxBusy = MAX_BUSY_LANES;

    PartitionFold(AssignedLog log, LogPosition start, SequencerStores stores, Bus bus, Retrying retrying) {
        this.log = log;
        this.start = start.offset();
        this.stores = stores;
        this.bus = bus;
        this.retrying = retrying;
        this.ownerships.put(start.offset() - 1, start.ownerships());
        start.leaderEpoch().ifPresent(epoch -> leaderEpochs.put(start.offset() - 1, epoch));
        this.idle = Caffeine.newBuilder()
                .maximumWeight(CACHE_WEIGHT)
                .weigher((ConversationId id, ConversationLane lane) -> lane.weight())
                .executor(Runnable::run)
                .build();
    }

    /** The node has so many partitions in all. */
    void share(int partitions) {
        int shares = Math.max(FULL_SHARES, partitions);
        maxBusy = MAX_BUSY_LANES * FULL_SHARES / shares;
        idle.policy().eviction().orElseThrow().setMaximum(CACHE_WEIGHT * FULL_SHARES / shares);
    }

    /** @return done when every effect of the batch is durable */
    Future<Void> process(List<LogEntry> batch) {
        List<Future<Void>> effects = new ArrayList<>(batch.size());
        for (LogEntry entry : batch) {
            if (stopped != null) {
                effects.add(Future.failedFuture(stopped));
                break;
            }
            led(entry);
            try {
                effects.add(take(entry, CommandCodec.decode(entry.value())));
            } catch (UnreadableRecordException e) {
                LOGGER.error(
                        "{} offset {} goes to {}: {}", log.log(), entry.offset(), Topics.DEAD_LETTERS, e.getMessage());
                effects.add(retrying.whileOurs(
                        log,
                        "dead letter",
                        () -> stores.deadLetters().append(Topics.COMMANDS, log, entry, e.getMessage())));
            } catch (NewerRecordException e) {
                effects.add(stop(e));
            } catch (RuntimeException e) {
                // what follows must not overtake a record that was not taken
                LOGGER.error("{} offset {} cannot be taken", log.log(), entry.offset(), e);
                effects.add(stop(e));
            }
        }
        startReady();
        List.copyOf(lanes.values()).stream().filter(Busy::atRest).forEach(this::goOn);
        return Future.join(effects).mapEmpty();
    }

    private void led(LogEntry entry) {
        var before = leaderEpochs.lastEntry();
        entry.leaderEpoch()
                .filter(epoch -> before == null || !before.getValue().equals(epoch))
                .ifPresent(epoch -> leaderEpochs.put(entry.offset(), epoch));
    }

    private Future<Void> take(LogEntry entry, LogRecord record) {
        if (record instanceof Ownership ownership) {
            Ownerships next = now().with(ownership);
            if (next != now()) {
                ownerships.put(entry.offset(), next);
            }
            return Future.succeededFuture();
        }
        Command command = (Command) record;
        Optional<Ownership> owner = now().of(command.home());
        if (owner.isEmpty()) {
            return stop(new IllegalStateException(
                    "nobody is known to own home " + command.home() + ": nothing of it may be sequenced"));
        }
        var input = new Input(log.log(), entry.offset(), entry.timestampMs(), command, owner, Optional.empty());
        Promise<Void> done = Promise.promise();
        Busy lane = lanes.get(command.conversationId());
        if (lane == null) {
            lane = new Busy(command.conversationId());
            lanes.put(command.conversationId(), lane);
            ready.add(lane);
        }
        lane.waiting.add(new Work(input, entry, done));
        return done.future();
    }

    /** What was taken before this record is finished; what lies behind it is another's, or ours after the next opening. */
    private Future<Void> stop(Throwable cause) {
        stopped = cause;
        return Future.failedFuture(cause);
    }

    private Ownerships now() {
        return ownerships.lastEntry().getValue();
    }

    /** Ownerships as of the records below {@code offset}: what belongs beside that position. */
    LogPosition position(long offset) {
        Ownerships then = ownerships.lowerEntry(offset).getValue();
        Optional<Integer> epoch =
                Optional.ofNullable(leaderEpochs.lowerEntry(offset)).map(Map.Entry::getValue);
        return new LogPosition(log.log(), offset, epoch, then);
    }

    /** Whether a position says more than the one that this fold began with. */
    boolean advanced(long offset) {
        return offset > start;
    }

    /** Nothing below {@code offset} is asked for again. */
    void committed(long offset) {
        forgetBelow(offset, ownerships);
        forgetBelow(offset, leaderEpochs);
    }

    private static void forgetBelow(long offset, TreeMap<Long, ?> changes) {
        Long newest = changes.lowerKey(offset);
        if (newest != null) {
            changes.headMap(newest, false).clear();
        }
    }

    private void startReady() {
        while (busy < maxBusy && !ready.isEmpty()) {
            Busy lane = ready.poll();
            busy++;
            lane.start(Optional.ofNullable(idle.asMap().remove(lane.conversation))
                    .orElseGet(() -> new ConversationLane(log, lane.conversation, stores, bus, retrying)));
            take(lane);
        }
    }

    /** Gives the lane what waits; it has left the cache meanwhile, so that it isn't evicted at work. */
    private void take(Busy lane) {
        lane.taking = true;
        List<Work> batch = lane.waiting.stream().limit(MAX_TAKE).toList();
        lane.lane.take(batch).onComplete(result -> {
            lane.taking = false;
            if (lane.failed) {
                return;
            }
            if (result.failed()) {
                fail(lane, result.cause());
                return;
            }
            announcing(lane, result.result());
            goOn(lane);
        });
    }

    private void announcing(Busy lane, ConversationLane.Taken taken) {
        List<Work> works = new ArrayList<>(taken.commands());
        for (int i = 0; i < taken.commands(); i++) {
            works.add(lane.waiting.poll());
        }
        lane.announcing++;
        taken.announced().onComplete(announced -> {
            lane.announcing--;
            if (announced.succeeded()) {
                works.forEach(work -> work.done().complete());
                goOn(lane);
            } else {
                works.forEach(work -> work.done().fail(announced.cause()));
                fail(lane, announced.cause());
            }
        });
    }

    /** Its next batch beside what is being announced; but if others wait for their turn it goes behind them when it is through. */
    private void goOn(Busy lane) {
        if (lane.failed || !lane.atRest()) {
            return;
        }
        if (!lane.waiting.isEmpty() && ready.isEmpty()) {
            take(lane);
        } else if (lane.announcing == 0) {
            idle.put(lane.conversation, lane.stop());
            busy--;
            if (lane.waiting.isEmpty()) {
                lanes.remove(lane.conversation);
            } else {
                ready.add(lane);
            }
            startReady();
        }
    }

    private void fail(Busy lane, Throwable cause) {
        if (lane.failed) {
            return;
        }
        lane.failed = true;
        Fatal.check("conversation " + lane.conversation, cause);
        if (!(cause instanceof NotOursException)) {
            LOGGER.error("conversation {} of {} cannot go on", lane.conversation, log.log(), cause);
        }
        stopped = cause;
        busy--;
        lanes.remove(lane.conversation);
        lane.waiting.forEach(work -> work.done().fail(cause));
        startReady();
    }

    /** A conversation with something to do: waiting for a place among {@link #maxBusy}, or at work. */
    private static final class Busy {
        final ConversationId conversation;
        final Deque<Work> waiting = new ArrayDeque<>();
        /** Null: it waits for its place. */
        ConversationLane lane;

        boolean taking;
        int announcing;
        boolean failed;

        Busy(ConversationId conversation) {
            this.conversation = conversation;
        }

        /** Holds its place only for what is being announced; may have been given more. */
        boolean atRest() {
            return lane != null && !taking;
        }

        void start(ConversationLane with) {
            lane = with;
        }

        ConversationLane stop() {
            ConversationLane used = lane;
            lane = null;
            return used;
        }
    }
}
