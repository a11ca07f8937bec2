package io.meridian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.launch.LocalEngine;
import io.meridian.testing.Engines;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogConsumerIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int PARTITIONS = 4;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final String topic = "t-" + UUID.randomUUID();
    private final String group = "g-" + UUID.randomUUID();
    private final List<LogConsumer> consumers = new CopyOnWriteArrayList<>();
    private LogSettings settings;

    /** Notes what it is given, and finishes a batch when {@code gate} opens. */
    private static class Recorder implements LogHandler {
        final List<String> seen = new CopyOnWriteArrayList<>();
        final Set<AssignedLog> open = ConcurrentHashMap.newKeySet();
        final List<Long> starts = new CopyOnWriteArrayList<>();
        volatile Promise<Void> gate = Promise.promise();
        volatile boolean refuse;

        Recorder opened() {
            gate.tryComplete();
            return this;
        }

        @Override
        public Future<Start> open(AssignedLog log, Optional<Committed> committed, long begin, long end) {
            if (refuse) {
                return Future.failedFuture("not yet");
            }
            open.add(log);
            long start = committed.map(Committed::offset).orElse(begin);
            starts.add(start);
            return Future.succeededFuture(new Start(start));
        }

        @Override
        public Future<Void> process(AssignedLog log, List<LogEntry> batch) {
            return gate.future().map(done -> {
                batch.forEach(entry -> seen.add(new String(entry.value(), StandardCharsets.UTF_8)));
                return null;
            });
        }

        @Override
        public Future<String> beforeCommit(AssignedLog log, long offset) {
            return Future.succeededFuture("at " + offset);
        }

        @Override
        public void close(AssignedLog log) {
            open.remove(log);
        }
    }

    @BeforeEach
    void topic() throws Exception {
        use(Engines.kafka());
    }

    private void use(String bootstrap) throws Exception {
        settings = new LogSettings(bootstrap, PARTITIONS, (short) 1, 1, Duration.ofSeconds(5));
        try (Admin admin = Admin.create(KafkaConfig.admin(settings))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void close() {
        consumers.forEach(consumer -> end(consumer.stop()));
        end(vertx.close());
    }

    private static void end(Future<Void> ending) {
        await().atMost(SOON).until(ending::isComplete);
    }

    private LogConsumer start(LogHandler handler) {
        LogConsumer consumer = LogConsumer.start(context, settings, group, topic, handler, Clock.systemUTC());
        consumers.add(consumer);
        return consumer;
    }

    private List<String> append(int from, int to) {
        List<String> values = new ArrayList<>();
        try (var producer = new KafkaProducer<byte[], byte[]>(
                new java.util.HashMap<String, Object>(KafkaConfig.producer(settings, 30_000)))) {
            for (int i = from; i < to; i++) {
                producer.send(
                        new ProducerRecord<>(topic, i % PARTITIONS, null, ("r" + i).getBytes(StandardCharsets.UTF_8)));
                values.add("r" + i);
            }
        }
        return values;
    }

    @Test
    void everyRecordArrivesAndASuccessorGoesOnWhereTheCommitStands() {
        List<String> first = append(0, 100);
        var one = new Recorder().opened();
        LogConsumer consumer = start(one);
        await().atMost(SOON).until(() -> one.seen.size() == 100);
        assertThat(one.seen).containsExactlyInAnyOrderElementsOf(first);
        end(consumer.stop());
        assertThat(one.open).isEmpty();
        List<String> second = append(100, 140);
        var two = new Recorder().opened();
        start(two);
        await().atMost(SOON).until(() -> two.seen.size() >= 40);
        assertThat(two.seen).containsExactlyInAnyOrderElementsOf(second);
    }

    @Test
    void whatIsNotFinishedIsNotCommitted() {
        List<String> all = append(0, 20);
        var stuck = new Recorder();
        LogConsumer consumer = start(stuck);
        await().atMost(SOON).until(() -> stuck.open.size() == PARTITIONS);
        end(consumer.stop());
        var next = new Recorder().opened();
        start(next);
        await().atMost(SOON).until(() -> next.seen.size() == 20);
        assertThat(next.seen).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void partitionsAreSharedAndReturnedWithoutLossOrRepetition() {
        var one = new Recorder().opened();
        start(one);
        await().atMost(SOON).until(() -> one.open.size() == PARTITIONS);
        append(0, 50);
        var two = new Recorder().opened();
        LogConsumer second = start(two);
        await().atMost(SOON).until(() -> one.open.size() == 2 && two.open.size() == 2);
        append(50, 100);
        await().atMost(SOON).until(() -> one.seen.size() + two.seen.size() == 100);
        end(second.stop());
        await().atMost(SOON).until(() -> one.open.size() == PARTITIONS);
        append(100, 150);
        await().atMost(SOON).until(() -> one.seen.size() + two.seen.size() == 150);
        List<String> all = new ArrayList<>(one.seen);
        all.addAll(two.seen);
        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void openingThatFailsIsTriedAgain() {
        append(0, 8);
        var handler = new Recorder().opened();
        handler.refuse = true;
        LogConsumer consumer = start(handler);
        await().during(Duration.ofMillis(500)).atMost(SOON).until(handler.seen::isEmpty);
        handler.refuse = false;
        await().atMost(SOON).until(() -> handler.seen.size() == 8);
        assertThat(consumer.standstill()).isEmpty();
    }

    @Test
    void reopenedPartitionIsReadAgainFromWhereTheHandlerSays() {
        append(0, 4);
        var handler = new Recorder().opened();
        start(handler);
        await().atMost(SOON).until(() -> handler.seen.size() == 4);
        int opened = handler.starts.size();
        handler.open.forEach(AssignedLog::reopen);
        await().atMost(SOON).until(() -> handler.starts.size() == opened + PARTITIONS);
        append(4, 8);
        await().atMost(SOON).until(() -> handler.seen.contains("r7"));
    }

    @Test
    void handlerThatGivesUpStopsItsPartitionAlone() {
        var handler = new Recorder() {
            @Override
            public Future<Void> process(AssignedLog log, List<LogEntry> batch) {
                return log.partition() == 0 ? Future.failedFuture("cannot") : super.process(log, batch);
            }
        };
        handler.opened();
        LogConsumer consumer = start(handler);
        append(0, 8);
        await().atMost(SOON).until(() -> handler.seen.size() == 6);
        assertThat(handler.seen).doesNotContain("r0", "r4");
        await().atMost(SOON).until(() -> consumer.standstill().containsKey(0));
        assertThat(consumer.standstill()).containsOnlyKeys(0);
    }

    @Test
    void recordWithAnEmptyHeaderIsHandedOverLikeAnyOther() {
        var handler = new Recorder().opened();
        start(handler);
        try (var producer = new KafkaProducer<byte[], byte[]>(
                new java.util.HashMap<String, Object>(KafkaConfig.producer(settings, 30_000)))) {
            var record = new ProducerRecord<byte[], byte[]>(topic, 0, null, "h".getBytes(StandardCharsets.UTF_8));
            record.headers().add("empty", null);
            producer.send(record);
        }
        append(0, 4);
        await().atMost(SOON).until(() -> handler.seen.size() == 5);
        assertThat(handler.seen).containsSubsequence("h", "r0");
    }

    @Test
    void recordsThatCannotBeHandedOverAreReadAgain() {
        var handler = new Recorder().opened();
        var mistakes = new AtomicInteger(1);
        LogConsumer consumer =
                LogConsumer.start(context, settings, group, topic, handler, () -> mistakenOnce(handler, mistakes));
        consumers.add(consumer);
        await().atMost(SOON).until(() -> handler.open.size() == PARTITIONS);
        List<String> all = append(0, 40);
        await().atMost(SOON).until(() -> Set.copyOf(handler.seen).containsAll(all));
        assertThat(mistakes).hasNonPositiveValue();
    }

    /** The clock is asked when records are handed over: fails there once. */
    private static Instant mistakenOnce(Recorder handler, AtomicInteger mistakes) {
        boolean handingOver = StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("handOver")));
        if (handingOver && mistakes.getAndDecrement() > 0) {
            throw new IllegalStateException("a mistake of ours");
        }
        return Instant.now();
    }

    @Test
    void topicThatIsMadeAgainUnderAReaderIsAnotherLog() throws Exception {
        append(0, 40);
        var handler = new Recorder() {
            @Override
            public Future<Start> open(AssignedLog log, Optional<Committed> committed, long begin, long end) {
                return super.open(log, committed.filter(found -> found.offset() <= end), begin, end);
            }
        };
        handler.opened();
        start(handler);
        await().atMost(SOON).until(() -> handler.seen.size() == 40);
        Set<String> before = logs(handler);
        try (Admin admin = Admin.create(KafkaConfig.admin(settings))) {
            admin.deleteTopics(List.of(topic)).all().get(20, TimeUnit.SECONDS);
            await().atMost(SOON).until(() -> !admin.listTopics().names().get().contains(topic));
        }
        use(settings.bootstrapServers());
        append(100, 104);
        await().atMost(SOON).until(() -> handler.seen.containsAll(List.of("r100", "r101", "r102", "r103")));
        await().atMost(SOON).until(() -> logs(handler).size() == PARTITIONS);
        assertThat(logs(handler)).doesNotContainAnyElementsOf(before);
    }

    private static Set<String> logs(Recorder handler) {
        return handler.open.stream().map(AssignedLog::log).collect(Collectors.toSet());
    }

    @Test
    void brokerThatIsKilledAndComesBackCostsTimeOnly(@TempDir Path directory) throws Exception {
        LocalEngine kafka = Engines.startKafka(directory);
        try {
            use(kafka.address());
            var handler = new Recorder().opened();
            start(handler);
            append(0, 40);
            await().atMost(SOON).until(() -> handler.seen.size() == 40);
            kafka.kill();
            kafka.start();
            append(40, 80);
            await().atMost(SOON).until(() -> Set.copyOf(handler.seen).size() == 80);
        } finally {
            consumers.forEach(consumer -> end(consumer.stop()));
            consumers.clear();
            kafka.kill();
        }
    }
}
