package io.meridian.log;

import io.meridian.message.Topics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;

/** The writing end of {@code chat.dlq}: a record nobody can read is set aside as it was, with the reason, so that its partition goes on. */
public final class DeadLetterLog {
    private final KafkaProducer<byte[], byte[]> producer;

    DeadLetterLog(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    public static DeadLetterLog open(Vertx vertx, LogSettings settings) {
        return new DeadLetterLog(KafkaProducer.create(
                vertx, KafkaConfig.producer(settings, settings.appendTimeout().toMillis())));
    }

    /** Headers: {@code reason}, {@code topic}, {@code log}, {@code offset}. Done when it is durable. */
    public Future<Void> append(String topic, AssignedLog log, LogEntry entry, String reason) {
        KafkaProducerRecord<byte[], byte[]> letter =
                KafkaProducerRecord.create(Topics.DEAD_LETTERS, entry.key(), entry.value());
        letter.addHeader("reason", Buffer.buffer(String.valueOf(reason)))
                .addHeader("topic", Buffer.buffer(topic))
                .addHeader("log", Buffer.buffer(log.log()))
                .addHeader("offset", Buffer.buffer(String.valueOf(entry.offset())));
        return producer.send(letter).mapEmpty();
    }

    public Future<Void> close() {
        return producer.close(2_000);
    }
}
