package io.meridian.log;

import io.meridian.message.Command;
import io.meridian.message.CommandCodec;
import io.meridian.message.Ids;
import io.meridian.message.LogRecord;
import io.meridian.message.Topics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.nio.charset.StandardCharsets;

/** The writing end of {@code chat.commands}. What it has acknowledged survives the loss of any one process. */
public final class CommandLog {
    private final KafkaProducer<byte[], byte[]> producer;
    private final int partitions;

    private CommandLog(KafkaProducer<byte[], byte[]> producer, int partitions) {
        this.producer = producer;
        this.partitions = partitions;
    }

    public static CommandLog open(Vertx vertx, LogSettings settings) {
        long timeoutMs = settings.appendTimeout().toMillis();
        return new CommandLog(
                KafkaProducer.create(vertx, KafkaConfig.producer(settings, timeoutMs)), settings.partitions());
    }

    /**
     * Appends in the order of the calls on one context, but for those that fail: a later one may be in the log all the same.
     *
     * @return done when every in-sync replica has it. A failure means that it may or may not be in the log: the same
     *     command is safe to append again.
     */
    public Future<Void> append(Command command) {
        int partition = Ids.partition(command.conversationId(), partitions);
        return append(partition, command.conversationId().value().getBytes(StandardCharsets.UTF_8), command)
                .onSuccess(done -> CrashPoint.AFTER_APPEND.reached());
    }

    /** A record for one partition rather than for one conversation. */
    Future<Void> append(int partition, byte[] key, LogRecord record) {
        return producer.send(KafkaProducerRecord.create(Topics.COMMANDS, key, CommandCodec.encode(record), partition))
                .mapEmpty();
    }

    /** Whether the broker answers for every partition's leader. */
    public Future<Boolean> healthy() {
        return producer.partitionsFor(Topics.COMMANDS)
                .map(found -> found.size() == partitions)
                .otherwise(false);
    }

    public Future<Void> close() {
        return producer.close(2_000);
    }
}
