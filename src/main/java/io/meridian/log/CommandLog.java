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
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;

/** The writing end of {@code chat.commands}. What it has acknowledged survives the loss of any one process. */
public final class CommandLog {
    /** What whoever asks for readiness has patience for. */
    private static final int HEALTH_MS = 2_000;

    private final Vertx vertx;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final int partitions;

    private CommandLog(Vertx vertx, KafkaProducer<byte[], byte[]> producer, Admin admin, int partitions) {
        this.vertx = vertx;
        this.producer = producer;
        this.admin = admin;
        this.partitions = partitions;
    }

    public static CommandLog open(Vertx vertx, LogSettings settings) {
        long timeoutMs = settings.appendTimeout().toMillis();
        return new CommandLog(
                vertx,
                KafkaProducer.create(vertx, KafkaConfig.producer(settings, timeoutMs)),
                Admin.create(KafkaConfig.admin(settings)),
                settings.partitions());
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

    /** Whether a broker answers, and every partition has a leader. Asked anew: what the producer remembers says nothing of an outage. */
    public Future<Boolean> healthy() {
        var asked = admin.describeTopics(List.of(Topics.COMMANDS), new DescribeTopicsOptions().timeoutMs(HEALTH_MS))
                .allTopicNames()
                .toCompletionStage();
        return Future.fromCompletionStage(asked, vertx.getOrCreateContext())
                .map(found -> found.get(Topics.COMMANDS).partitions().stream()
                                .filter(partition -> partition.leader() != null)
                                .count()
                        == partitions)
                .otherwise(false);
    }

    public Future<Void> close() {
        admin.close(Duration.ZERO);
        return producer.close(2_000);
    }
}
