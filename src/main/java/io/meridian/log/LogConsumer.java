package io.meridian.log;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
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
    /**
     * Above a pause of the collector; with what finding the new positions takes, about a second, well within the ten in which
     * work must go on after a kill. Less is refused by a broker as it comes: {@code group.min.session.timeout.ms = 6000}.
     */
    private static final int SESSION_TIMEOUT_MS = 6_000;

    private static final long POLL_AGAIN_MS = 500;

    private final Reading reading;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final Openings openings;
    private final Commits commits;
    private final Intake intake;
    private final Rebalance rebalance;
    private final Watch watch;
    private final Promise<Void> stopped = Promise.promise();
    private volatile boolean stopping;

    private LogConsumer(Reading reading, Admin admin) {
        this.reading = reading;
        this.consumer = reading.consumer;
        this.admin = admin;
        this.openings = new Openings(reading);
        this.commits = new Commits(reading);
        this.intake = new Intake(reading);
        this.rebalance = new Rebalance(reading, commits, admin);
        this.watch = new Watch(reading, rebalance, admin);
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

    /**
     * How long each partition that does not move has stood still although something waits; partition −1: nothing at all can
     * be read. From any thread.
     */
    public Map<Integer, Duration> standstill() {
        return watch.standstill();
    }

    private void run() {
        try {
            consumer.subscribe(List.of(reading.topic), rebalance);
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
            consumer.close(Duration.ofMillis(2 * Commits.DRAIN_MS));
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
            read();
            watch.readable();
        } catch (WakeupException e) {
            throw e;
        } catch (OffsetOutOfRangeException e) {
            intake.outOfRange(e);
            rebalance.identify();
        } catch (NoOffsetForPartitionException e) {
            LOGGER.error("{}: {} has no position: {}", reading.group, e.partitions(), e.getMessage());
            e.partitions().stream()
                    .map(reading.assignments::get)
                    .filter(Objects::nonNull)
                    .forEach(Assignment::reopen);
        } catch (RuntimeException e) {
            watch.unreadable();
            LOGGER.warn("{} cannot read {}: {}", reading.group, reading.topic, e.toString());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_AGAIN_MS));
        }
        try {
            watch.turn();
        } catch (RuntimeException e) {
            LOGGER.warn("{} cannot look after itself: {}", reading.group, e.toString());
        }
    }

    private void read() {
        reading.runTasks();
        openings.turn();
        intake.take(consumer.poll(POLL));
        reading.assignments.forEach(intake::settle);
        commits.turn();
    }
}
