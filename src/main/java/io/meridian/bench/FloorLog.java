package io.meridian.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The floor's appends: two topics of its own, as the node's logs are made, removed again. */
final class FloorLog {
    static final String COMMANDS = "bench.floor.commands";
    static final String EVENTS = "bench.floor.events";

    private static final int PARTITIONS = 16;
    private static final long BOUND_SECONDS = 30;
    private static final List<String> TOPICS = List.of(COMMANDS, EVENTS);

    private final Admin admin;
    private final Producer<byte[], byte[]> producer;

    private FloorLog(Admin admin, Producer<byte[], byte[]> producer) {
        this.admin = admin;
        this.producer = producer;
    }

    /** Blocks. */
    static FloorLog open(FloorSite site) {
        Admin admin = Admin.create(Map.of("bootstrap.servers", site.kafka()));
        remove(admin);
        try {
            admin.createTopics(TOPICS.stream()
                            .map(topic -> new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty()))
                            .toList())
                    .all()
                    .get(BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new BenchException("the floor's topics cannot be made: " + e, e);
        }
        Map<String, Object> options = Map.of(
                "bootstrap.servers", site.kafka(), "acks", "all", "enable.idempotence", "true", "linger.ms", "0");
        return new FloorLog(admin, new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** Done, on the caller's context, when every in-sync replica has it. */
    Future<Void> append(String topic, String key, String value) {
        Context context = Vertx.currentContext();
        Promise<Void> promise = Promise.promise();
        producer.send(
                new ProducerRecord<>(topic, bytes(key), bytes(value)),
                (done, failure) -> context.runOnContext(ignored -> {
                    if (failure == null) {
                        promise.complete();
                    } else {
                        promise.fail(failure);
                    }
                }));
        return promise.future();
    }

    /** Blocks. */
    void drop() {
        producer.close(Duration.ofSeconds(1));
        remove(admin);
        admin.close(Duration.ofSeconds(1));
    }

    private static void remove(Admin admin) {
        for (String topic : TOPICS) {
            try {
                admin.deleteTopics(List.of(topic)).all().get(BOUND_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // Not there: what is wanted. If it is for another reason, making it says so.
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
