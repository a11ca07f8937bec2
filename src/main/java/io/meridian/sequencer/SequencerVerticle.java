package io.meridian.sequencer;

import io.meridian.bus.Bus;
import io.meridian.log.AssignedLog;
import io.meridian.log.Committed;
import io.meridian.log.CrashPoint;
import io.meridian.log.LogConsumer;
import io.meridian.log.LogEntry;
import io.meridian.log.LogHandler;
import io.meridian.log.LogSettings;
import io.meridian.log.NotOursException;
import io.meridian.log.Retrying;
import io.meridian.log.Start;
import io.meridian.message.Topics;
import io.meridian.store.Checkpoint;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Orders: folds the partitions of {@code chat.commands} that it is assigned into the store and {@code chat.message_sent}. */
public final class SequencerVerticle extends VerticleBase implements LogHandler {
    /** Consumer group, and name of its checkpoints in the store. */
    public static final String GROUP = "sequencer";

    private final LogSettings settings;
    private final SequencerStores stores;
    private final Bus bus;
    private final InstantSource clock;
    private final Map<AssignedLog, PartitionFold> folds = new IdentityHashMap<>();
    private Retrying retrying;
    private volatile LogConsumer consumer;

    public SequencerVerticle(LogSettings settings, SequencerStores stores, Bus bus, InstantSource clock) {
        this.settings = settings;
        this.stores = stores;
        this.bus = bus;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        retrying = new Retrying(vertx);
        consumer = LogConsumer.start(context, settings, GROUP, Topics.COMMANDS, this, clock);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return consumer.stop();
    }

    /** How long partitions have stood still; empty when all move. From any thread. */
    public Map<Integer, Duration> standstill() {
        LogConsumer running = consumer;
        return running == null ? Map.of() : running.standstill();
    }

    @Override
    public Future<Start> open(AssignedLog log, Optional<Committed> committed, long begin, long end) {
        return stores.checkpoints().load(GROUP, log.log()).map(checkpoint -> {
            LogPosition position = LogPosition.choose(log.log(), committed, checkpoint, begin, end);
            if (!log.ours()) {
                // closed meanwhile, and nobody will close it again
                throw new NotOursException(log);
            }
            folds.put(log, new PartitionFold(log, position, stores, bus, retrying));
            share();
            return new Start(position.offset(), position.leaderEpoch());
        });
    }

    @Override
    public Future<Void> process(AssignedLog log, List<LogEntry> batch) {
        PartitionFold fold = folds.get(log);
        return fold == null ? Future.failedFuture(new NotOursException(log)) : fold.process(batch);
    }

    @Override
    public Future<String> beforeCommit(AssignedLog log, long offset) {
        PartitionFold fold = folds.get(log);
        if (fold == null) {
            return Future.failedFuture(new NotOursException(log));
        }
        String metadata = fold.position(offset).metadata();
        return stores.checkpoints()
                .save(GROUP, log.log(), new Checkpoint(offset, metadata))
                .map(saved -> {
                    CrashPoint.BEFORE_COMMIT.reached();
                    return metadata;
                });
    }

    @Override
    public void committed(AssignedLog log, long offset) {
        PartitionFold fold = folds.get(log);
        if (fold != null) {
            if (fold.advanced(offset)) {
                CrashPoint.AFTER_COMMIT.reached();
            }
            fold.committed(offset);
        }
    }

    @Override
    public void close(AssignedLog log) {
        folds.remove(log);
        share();
    }

    private void share() {
        folds.values().forEach(fold -> fold.share(folds.size()));
    }
}
