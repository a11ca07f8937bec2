package io.meridian.log;

import io.meridian.message.ConversationId;
import io.meridian.message.Ids;
import io.meridian.message.Json;
import io.meridian.message.StoredEvent;
import io.meridian.message.Topics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.kafka.client.producer.KafkaProducer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The writing end of {@code chat.message_sent}: stored events, in order. Header: {@code meta}, what the servers know. */
public final class EventLog {
    public static final String META = "meta";

    private final KafkaProducer<byte[], byte[]> producer;
    private final WorkerExecutor sender;
    private final int partitions;

    EventLog(KafkaProducer<byte[], byte[]> producer, WorkerExecutor sender, int partitions) {
        this.producer = producer;
        this.sender = sender;
        this.partitions = partitions;
    }

    public static EventLog open(Vertx vertx, LogSettings settings) {
        // never given up by the client: a record that it dropped while later ones went through would reorder the log
        var producer = KafkaProducer.<byte[], byte[]>create(vertx, KafkaConfig.producer(settings, Integer.MAX_VALUE));
        // one thread: the order of the calls is the order of the log
        return new EventLog(producer, vertx.createSharedWorkerExecutor("event-log", 1), settings.partitions());
    }

    /** Publishes one conversation's events in their order; a failure may leave a first part of them published. */
    public Future<Void> publish(List<StoredEvent> events) {
        if (events.isEmpty()) {
            return Future.succeededFuture();
        }
        Producer<byte[], byte[]> client = producer.unwrap();
        return sender.executeBlocking(() -> send(client, events), true)
                .compose(Future::all)
                .mapEmpty();
    }

    /**
     * Stops at the first that the client doesn't take, so that none overtakes it. The client says so not by throwing
     * but by calling back before {@code send} returns.
     */
    private List<Future<Void>> send(Producer<byte[], byte[]> client, List<StoredEvent> events) {
        List<Future<Void>> sent = new ArrayList<>(events.size());
        for (StoredEvent event : events) {
            Promise<Void> done = Promise.promise();
            client.send(record(event), (metadata, failure) -> {
                if (failure == null) {
                    done.complete();
                } else {
                    done.fail(failure);
                }
            });
            sent.add(done.future());
            if (done.future().failed()) {
                break;
            }
        }
        return sent;
    }

    private ProducerRecord<byte[], byte[]> record(StoredEvent stored) {
        ConversationId conversation = stored.conversationId();
        var record = new ProducerRecord<>(
                Topics.MESSAGE_SENT,
                Ids.partition(conversation, partitions),
                bytes(conversation.value()),
                stored.json());
        record.headers().add(META, Json.bytes(stored.meta()));
        return record;
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    public Future<Void> close() {
        return producer.close(2_000).eventually(sender::close);
    }
}
