package io.meridian.log;

import io.meridian.testing.Steps;
import io.meridian.testing.Stub;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The writing ends of the logs on a Kafka that a test plays: records of one process arrive in the order of its calls, at any later time. */
public final class PlayedLogs {
    private PlayedLogs() {}

    /** {@code arrived} is told the value of each record when it is in the log. */
    public static EventLog events(Steps steps, Steps.Actor actor, Consumer<byte[]> arrived) {
        Deque<Runnable> queue = new ArrayDeque<>();
        Producer<?, ?> client = Stub.of(Producer.class)
                .on("send", call -> {
                    byte[] value = (byte[]) ((ProducerRecord<?, ?>) call[0]).value();
                    Callback callback = (Callback) call[1];
                    queue.add(() -> {
                        arrived.accept(value);
                        steps.later(actor, () -> callback.onCompletion(null, null));
                    });
                    // one step a record, whichever is first by then
                    steps.outside(actor, () -> queue.poll().run());
                    return null;
                })
                .make();
        @SuppressWarnings("unchecked")
        KafkaProducer<byte[], byte[]> producer =
                Stub.of(KafkaProducer.class).on("unwrap", none -> client).make();
        WorkerExecutor worker = Stub.of(WorkerExecutor.class)
                .on("executeBlocking", call -> called((Callable<?>) call[0]))
                .make();
        return new EventLog(producer, worker, 1);
    }

    private static Future<?> called(Callable<?> work) {
        try {
            return Future.succeededFuture(work.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    /** {@code arrived} is told the offset of each record that was set aside. */
    public static DeadLetterLog deadLetters(Steps steps, Steps.Actor actor, Consumer<Long> arrived) {
        @SuppressWarnings("unchecked")
        KafkaProducer<byte[], byte[]> producer = Stub.of(KafkaProducer.class)
                .on(
                        "send",
                        call -> steps.ask(actor, () -> {
                            arrived.accept(offset((KafkaProducerRecord<?, ?>) call[0]));
                            return null;
                        }))
                .make();
        return new DeadLetterLog(producer);
    }

    private static long offset(KafkaProducerRecord<?, ?> letter) {
        return letter.headers().stream()
                .filter(header -> header.key().equals("offset"))
                .map(header -> Long.parseLong(header.value().toString()))
                .findFirst()
                .orElseThrow();
    }
}
