package io.meridian.sequencer;

import static io.meridian.sequencer.Commands.ANN;
import static io.meridian.sequencer.Commands.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meridian.bus.Bus;
import io.meridian.launch.LocalEngine;
import io.meridian.log.CommandLog;
import io.meridian.log.DeadLetterLog;
import io.meridian.log.EventLog;
import io.meridian.log.LogProvisioning;
import io.meridian.log.LogSettings;
import io.meridian.log.LogTail;
import io.meridian.message.Event;
import io.meridian.message.StoredEvent;
import io.meridian.message.Topics;
import io.meridian.store.Cassandra;
import io.meridian.store.Checkpoint;
import io.meridian.store.CheckpointStore;
import io.meridian.store.EventStore;
import io.meridian.store.ProjectionStore;
import io.meridian.store.StoreSettings;
import io.meridian.testing.Engines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A power loss took the end of a partition of commands, and clients have written on since. */
class CutLogIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final AtomicLong aheadMs = new AtomicLong();
    private LocalEngine kafka;
    private LogSettings settings;
    private CommandLog commands;
    private Cassandra cassandra;
    private CheckpointStore checkpoints;
    private EventStore events;
    private SequencerStores stores;
    private SequencerVerticle sequencer;
    private String deployment;

    @BeforeEach
    void engines() {
        kafka = Engines.startKafka(directory);
        settings = new LogSettings(kafka.address(), 1, (short) 1, 1, Duration.ofSeconds(20));
        String keyspace = "cut_" + UUID.randomUUID().toString().replace("-", "");
        cassandra = end(Cassandra.open(
                vertx,
                new StoreSettings(
                        List.of(Engines.cassandra().contactPoint()),
                        Engines.REGION,
                        keyspace,
                        Map.of(Engines.REGION, 1),
                        Duration.ofSeconds(5))));
        end(cassandra.migrate());
        checkpoints = new CheckpointStore(cassandra);
        events = new EventStore(cassandra);
        commands = CommandLog.open(vertx, settings);
        stores = new SequencerStores(
                events,
                new ProjectionStore(cassandra),
                checkpoints,
                EventLog.open(vertx, settings),
                DeadLetterLog.open(vertx, settings));
        end(new LogProvisioning(vertx, settings).run(commands, Commands.OWNED));
    }

    @AfterEach
    void close() {
        stopSequencer();
        end(vertx.close());
        kafka.kill();
    }

    private static <T> T end(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void startSequencer() {
        sequencer =
                new SequencerVerticle(settings, stores, bus, () -> Instant.now().plusMillis(aheadMs.get()));
        deployment = end(vertx.deployVerticle(sequencer));
    }

    private void stopSequencer() {
        if (deployment != null) {
            end(vertx.undeploy(deployment));
            deployment = null;
        }
    }

    private List<String> send(String prefix, int count) {
        List<String> ids = IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
        // one after the other: each is a batch of its own in the log
        ids.forEach(id -> end(commands.append(Commands.send(ANN, id))));
        return ids;
    }

    private List<String> stored() {
        List<StoredEvent> all = end(events.after(Commands.GROUP, 0, EventStore.MAX_PAGE));
        List<String> ids = new ArrayList<>();
        long before = 0;
        for (StoredEvent event : all) {
            assertThat(event.event().header().prevSeq()).isEqualTo(before);
            before = event.seq();
            if (event.event() instanceof Event.MessageCreated message) {
                ids.add(message.header().clientMessageId().value());
            }
        }
        return ids;
    }

    private LogTail tail() throws Exception {
        return LogTail.open(settings, SequencerVerticle.GROUP, Topics.COMMANDS, 0);
    }

    private String repair() throws Exception {
        try (LogTail tail = tail()) {
            return new LogRepair(tail, checkpoints).run();
        }
    }

    private void awaitCheckpoint(long offset) throws Exception {
        String log;
        try (LogTail tail = tail()) {
            log = tail.log();
        }
        await().atMost(SOON)
                .until(() -> end(checkpoints.load(SequencerVerticle.GROUP, log))
                        .map(Checkpoint::offset)
                        .filter(reached -> reached >= offset)
                        .isPresent());
    }

    private void cutOff() throws IOException {
        kafka.kill();
        Path segment;
        try (Stream<Path> files = Files.walk(directory)) {
            segment = files.filter(file -> file.endsWith(Topics.COMMANDS + "-0/00000000000000000000.log"))
                    .findFirst()
                    .orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() * 6 / 10);
        }
        kafka.start();
    }

    /** A sequencer that is started now stops at the partition, says so, and is not ready. */
    private void assertStops() {
        var said = new ListAppender<ILoggingEvent>();
        said.list = new CopyOnWriteArrayList<>();
        Logger log = (Logger) LoggerFactory.getLogger("io.meridian.log");
        said.start();
        log.addAppender(said);
        try {
            startSequencer();
            await().atMost(SOON)
                    .until(() -> said.list.stream()
                            .map(ILoggingEvent::getFormattedMessage)
                            .anyMatch(line -> line.contains("ALARM: sequencer stops at") && line.contains("cut off")));
        } finally {
            log.detachAppender(said);
        }
        aheadMs.addAndGet(20_000);
        assertThat(sequencer.standstill()).containsOnlyKeys(0);
    }

    @Test
    void partitionStopsWhereItsLogWasCutOffAndGoesOnWhenItIsRepaired() throws Exception {
        startSequencer();
        end(commands.append(Commands.create(BOB)));
        List<String> before = send("m", 20);
        awaitCheckpoint(22);
        stopSequencer();
        cutOff();

        // shorter than the position
        assertStops();
        // longer than it: what lies there now must not be taken for what was read, nor skipped
        List<String> since = send("n", 40);
        stopSequencer();
        assertStops();
        assertThat(stored()).isEqualTo(before);

        assertThat(repair()).contains("was cut off at", "with 40 records");
        stopSequencer();
        startSequencer();
        await().atMost(SOON).until(() -> stored().size() == 60);
        List<String> all = new ArrayList<>(before);
        all.addAll(since);
        assertThat(stored()).isEqualTo(all);
        List<String> after = send("o", 3);
        await().atMost(SOON).until(() -> stored().containsAll(after));
        assertThat(sequencer.standstill()).isEmpty();
        assertThat(repair()).contains("nothing to repair");
    }
}
