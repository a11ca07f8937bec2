package io.meridian.log;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic as one of a group, on a thread of its own, and hands batches to a {@link LogHandler} on its context.
 *
 * <p>The plain client and not Vert.x', which runs revocations asynchronously and doesn't tell lost from revoked:
 * here a revoked partition is drained and committed within the callback, and a lost one is dropped at once.
 * Offsets are committed only for what the handler finished. An engine that is out only ever pauses: polling goes on.
 */
public final class LogConsumer {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogConsumer.class);
    /** An empty poll returns after this; it is the beat of commits, openings and pauses. */
    private static final Duration POLL = Duration.ofMillis(25);
    /** Half the time in which work must go on after a kill, so that a pause of the collector loses nothing. */
    private static final int SESSION_TIMEOUT_MS = 5_000;
    /** Per partition: 16 partitions full of them stay below 64 MiB. */
    private static final int MAX_IN_FLIGHT_RECORDS = 1_000;

    private static final long MAX_IN_FLIGHT_BYTES = 2L << 20;
    /** Well above a restart of an engine. */
    private static final long ALARM_AFTER_MS = 15_000;

    private static final long POLL_AGAIN_MS = 500;

    private final Reading reading;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final Openings openings;
    private final Commits commits;
    private final Promise<Void> stopped = Promise.promise();
    private volatile boolean stopping;
    private long lastAlarmMs;

    private LogConsumer(Reading reading, Admin admin) {
        this.reading = reading;
        this.consumer = reading.consumer;
        this.admin = admin;
        this.openings = new Openings(reading);
        this.commits = new Commits(reading);
    }

    /** Starts reading; the handler is called on {@code context} from then on. */
    public static LogConsumer start(
            Context context,
            LogSettings settings,
            String group,
            String topic,
            LogHandler handler,
            InstantSource clock) {
        var client = new KafkaConsumer<byte[], byte[]>(KafkaConfig.consumer(settings, group, SESSION_TIMEOUT_MS));
        var reading = new Reading(context, client, group, topic, handler, clock);
        var consumer = new LogConsumer(reading, Admin.create(KafkaConfig.admin(settings)));
        var thread = new Thread(consumer::run, "log-" + group);
        thread.setDaemon(true);
        thread.start();
        return consumer;
    }

    /** Drains what is in flight within a bound, commits and leaves the group, so that others take over at once. */
    public Future<Void> stop() {
        stopping = true;
        consumer.wakeup();
        return stopped.future();
    }

    /** How long each partition that does not move has stood still although something waits. From any thread. */
    public Map<Integer, Duration> standstill() {
        long now = reading.clock.millis();
        Map<Integer, Duration> still = new TreeMap<>();
        reading.unidentified.forEach((partition, since) -> still(still, partition.partition(), now, since));
        reading.assignments
                .values()
                .forEach(assignment -> still(still, assignment.partition(), now, assignment.waitingSinceMs));
        return still;
    }

    private static void still(Map<Integer, Duration> still, int partition, long now, long since) {
        if (since != 0 && now - since > ALARM_AFTER_MS) {
            still.put(partition, Duration.ofMillis(now - since));
        }
    }

    private void run() {
        try {
            consumer.subscribe(List.of(reading.topic), new Rebalance(reading, commits, admin));
            while (!stopping) {
                turn();
            }
        } catch (WakeupException e) {
            LOGGER.debug("woken up to stop");
        } catch (Error e) {
            Fatal.halt("log consumer " + reading.group, e);
        } finally {
            close();
        }
    }

    private void close() {
        try {
            consumer.close(Duration.ofMillis(3 * Commits.DRAIN_MS));
        } catch (RuntimeException e) {
            LOGGER.warn("{} did not leave its group in order: {}", reading.group, e.toString());
        }
        admin.close(Duration.ZERO);
        reading.assignments.values().forEach(reading::forget);
        reading.assignments.clear();
        stopped.complete();
    }

    private void turn() {
        try {
            reading.runTasks();
            openings.turn();
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (TopicPartition partition : records.partitions()) {
                handOver(partition, records.records(partition));
            }
            reading.assignments.forEach(this::settle);
            commits.turn();
            alarm();
        } catch (WakeupException e) {
            throw e;
        } catch (OffsetOutOfRangeException e) {
            reopen(e.offsetOutOfRangePartitions().keySet(), e);
        } catch (NoOffsetForPartitionException e) {
            reopen(e.partitions(), e);
        } catch (RuntimeException e) {
            LOGGER.warn("{} cannot read {}: {}", reading.group, reading.topic, e.toString());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_AGAIN_MS));
        }
    }

    private void reopen(Collection<TopicPartition> partitions, RuntimeException cause) {
        LOGGER.error("{}: {} is not where it was: {}", reading.group, partitions, cause.getMessage());
        for (TopicPartition partition : partitions) {
            Assignment assignment = reading.assignments.get(partition);
            if (assignment != null) {
                assignment.reopen();
                settle(partition, assignment);
            }
        }
    }

    private void handOver(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        Assignment assignment = reading.assignments.get(partition);
        if (assignment == null || assignment.state != Assignment.State.RUNNING) {
            return;
        }
        List<LogEntry> entries = new ArrayList<>(records.size());
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            entries.add(entry(record));
            bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        }
        ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
        var batch = new Assignment.Batch(last.offset() + 1, records.size(), bytes, last.leaderEpoch());
        assignment.handedOver(batch, reading.clock.millis());
        int opening = assignment.opening;
        reading.ask(() -> assignment.ours() && assignment.opening == opening
                        ? reading.handler.process(assignment, entries)
                        : Future.failedFuture(new NotOursException(assignment)))
                .onComplete(result -> {
                    if (result.succeeded()) {
                        batch.done = true;
                    } else {
                        reading.later(() -> stuck(partition, assignment, opening, result.cause()));
                    }
                });
    }

    private void stuck(TopicPartition partition, Assignment assignment, int opening, Throwable cause) {
        if (reading.current(partition, assignment, opening) && assignment.ours()) {
            LOGGER.error("{} stops at {}: {}", reading.group, partition, cause.getMessage(), cause);
            assignment.state = Assignment.State.STUCK;
            consumer.pause(List.of(partition));
        }
    }

    private static LogEntry entry(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return new LogEntry(record.offset(), record.timestamp(), record.key(), record.value(), headers);
    }

    /** Takes note of what was finished since the last turn, and pauses or resumes by what is in flight. */
    private void settle(TopicPartition partition, Assignment assignment) {
        if (assignment.takeReopen()) {
            consumer.pause(List.of(partition));
            assignment.restart(reading.clock.millis());
            return;
        }
        if (assignment.state != Assignment.State.RUNNING) {
            return;
        }
        assignment.advance(reading.clock.millis());
        boolean full =
                assignment.inFlightRecords >= MAX_IN_FLIGHT_RECORDS || assignment.inFlightBytes >= MAX_IN_FLIGHT_BYTES;
        boolean paused = consumer.paused().contains(partition);
        if (full && !paused) {
            consumer.pause(List.of(partition));
        } else if (!full && paused) {
            consumer.resume(List.of(partition));
        }
    }

    private void alarm() {
        long now = reading.clock.millis();
        if (now - lastAlarmMs > ALARM_AFTER_MS) {
            lastAlarmMs = now;
            Map<Integer, Duration> still = standstill();
            if (!still.isEmpty()) {
                LOGGER.error("ALARM: {} stands still at partitions of {}: {}", reading.group, reading.topic, still);
            }
        }
    }
}
