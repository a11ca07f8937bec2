package io.meridian.log;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What the parts of a {@link LogConsumer} share: all of them run on its poll thread, and ask the handler on its context. */
final class Reading {
    final String group;
    final String topic;
    final KafkaConsumer<byte[], byte[]> consumer;
    final LogHandler handler;
    final InstantSource clock;
    final Map<TopicPartition, Assignment> assignments = new ConcurrentHashMap<>();
    /** Assigned, but not yet known to be which log's; with the time since when. */
    final Map<TopicPartition, Long> unidentified = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Context context;

    Reading(
            Context context,
            KafkaConsumer<byte[], byte[]> consumer,
            String group,
            String topic,
            LogHandler handler,
            InstantSource clock) {
        this.context = context;
        this.consumer = consumer;
        this.group = group;
        this.topic = topic;
        this.handler = handler;
        this.clock = clock;
    }

    /** Asks the handler on its context. One that throws instead of failing its future fails all the same. */
    <T> Future<T> ask(Supplier<Future<T>> question) {
        return Future.future(answer -> context.runOnContext(go -> {
            try {
                question.get().onComplete(answer);
            } catch (RuntimeException e) {
                answer.fail(e);
            } catch (Error e) {
                Fatal.halt("a handler of " + group, e);
            }
        }));
    }

    /** Tells the handler on its context. */
    void tell(Runnable message) {
        context.runOnContext(go -> message.run());
    }

    /** To be done on the poll thread, in its next turn; from any thread. */
    void later(Runnable task) {
        tasks.add(task);
    }

    /** The same, not before that time. */
    void laterAt(long atMs, Runnable task) {
        later(() -> {
            if (clock.millis() < atMs) {
                laterAt(atMs, task);
            } else {
                task.run();
            }
        });
    }

    void runTasks() {
        // only what is there now: a task that puts itself off must not keep the turn from polling
        for (int left = tasks.size(); left > 0; left--) {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            }
        }
    }

    /** Whether this is still the same opening of the same assignment. */
    boolean current(TopicPartition partition, Assignment assignment, int opening) {
        return assignments.get(partition) == assignment && assignment.opening == opening;
    }

    void forget(Assignment assignment) {
        assignment.end();
        tell(() -> handler.close(assignment));
    }
}
