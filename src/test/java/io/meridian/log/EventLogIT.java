package io.meridian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Event;
import io.meridian.message.EventMeta;
import io.meridian.message.Fanout;
import io.meridian.message.Ids;
import io.meridian.message.MessageType;
import io.meridian.message.RegionId;
import io.meridian.message.StoredEvent;
import io.meridian.message.Topics;
import io.meridian.message.UserId;
import io.meridian.testing.Engines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLogIT {
    private static final Duration SOON = Duration.ofSeconds(40);
    /** More than the client takes in one request: it refuses the record by calling back before its send returns. */
    private static final int TOO_LARGE_BYTES = 2 << 20;

    private static final int PARTITIONS = 4;

    private final Vertx vertx = Vertx.vertx();
    private final ConversationId conversation =
            new ConversationId(UUID.randomUUID().toString().replace("-", ""));
    private LogSettings settings;
    private EventLog log;

    @BeforeEach
    void open() throws Exception {
        settings = new LogSettings(Engines.kafka(), PARTITIONS, (short) 1, 1, Duration.ofSeconds(5));
        try (Admin admin = Admin.create(KafkaConfig.admin(settings))) {
            admin.createTopics(List.of(new NewTopic(Topics.MESSAGE_SENT, PARTITIONS, (short) 1)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TopicExistsException.class);
        }
        log = EventLog.open(vertx, settings);
    }

    @AfterEach
    void close() {
        finish(log.close());
        finish(vertx.close());
    }

    private static <T> Future<T> finish(Future<T> future) {
        await().atMost(SOON).until(future::isComplete);
        return future;
    }

    @Test
    void nothingOvertakesAnEventThatTheClientRefused() {
        assertThat(finish(log.publish(List.of(event(1, "first")))).succeeded()).isTrue();
        Future<Void> refused =
                finish(log.publish(List.of(event(2, "x".repeat(TOO_LARGE_BYTES)), event(3, "behind it"))));
        assertThat(refused.cause()).isInstanceOf(RecordTooLargeException.class);
        assertThat(finish(log.publish(List.of(event(2, "second"), event(3, "third"))))
                        .succeeded())
                .isTrue();
        assertThat(published()).containsExactly("first", "second", "third");
    }

    private StoredEvent event(long seq, String text) {
        var actor = new UserId("someone");
        var client = new ClientMessageId("c" + seq);
        var header = new Event.Header(
                conversation,
                seq,
                seq - 1,
                seq,
                Ids.message(conversation, actor, client),
                client,
                actor,
                Instant.EPOCH,
                new RegionId("us-east"));
        var send = new Action.Send(MessageType.TEXT, text, List.of(), null, List.of());
        var meta = new EventMeta("log/0", seq, 0, "hash", 1, ConversationType.DIRECT, Fanout.WRITE, false, null);
        return StoredEvent.of(new Event.MessageCreated(header, send), meta);
    }

    /** The conversation's texts as the log has them. */
    private List<String> published() {
        var partition = new TopicPartition(Topics.MESSAGE_SENT, Ids.partition(conversation, PARTITIONS));
        List<String> texts = new ArrayList<>();
        try (var consumer =
                new KafkaConsumer<byte[], byte[]>(KafkaConfig.consumer(settings, "g-" + UUID.randomUUID(), 10_000))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    String json = new String(record.value(), java.nio.charset.StandardCharsets.UTF_8);
                    if (json.contains(conversation.value())) {
                        texts.add(json.replaceAll(".*\"content\":\"([^\"]*)\".*", "$1"));
                    }
                });
            }
        }
        return texts;
    }
}
