package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.delivery.SessionRef;
import io.meridian.launch.LocalEngine;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.testing.Answer;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Wire;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway does while something else does nothing: silent clients, no sequencer, no Redis. Its times are short here. */
class GatewayPatienceIT {
    private static final GatewaySettings IMPATIENT = TestNode.settings(
            Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofMillis(500), Duration.ofSeconds(2));

    @TempDir
    static Path directory;

    private static LocalEngine kafka;
    private static LocalEngine redis;
    private static TestNode node;

    @BeforeAll
    static void start() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
        redis = Engines.startRedis(directory.resolve("redis"));
        node = new TestNode(kafka.address(), Engines.redisUrl(redis), IMPATIENT, directory, List.of());
    }

    @BeforeEach
    void order() {
        node.startSequencer();
    }

    @AfterEach
    void stopOrder() {
        node.stopSequencer();
    }

    @AfterAll
    static void stop() {
        node.close();
        kafka.close();
        redis.close();
    }

    private static UserId id(Person person) {
        return new UserId(person.id());
    }

    @Test
    void silentConnectionIsClosed() {
        RawConnection phone = node.world.register("ann").connect().hello("phone");

        phone.isClosedWith(4408, Duration.ofSeconds(15));
    }

    @Test
    void connectionThatSaysNoHelloIsClosed() {
        node.world.register("ann").connect().isClosedWith(4408, Duration.ofSeconds(5));
    }

    @Test
    void sendThatNobodyOrdersIsAcceptedAndSentWhenSomebodyDoes() {
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        RawConnection phone = ann.connect().hello("phone");
        node.stopSequencer();

        phone.sendMessage(chat, "m1", "hello");
        assertThat(phone.await("message_accepted").path("clientMessageId").asText())
                .isEqualTo("m1");
        Answer http = ann.post(
                "/api/messages",
                Wire.object()
                        .put("conversationId", chat)
                        .put("clientMessageId", "m2")
                        .put("messageType", "text")
                        .put("content", "over HTTP"));
        assertThat(http.status()).isEqualTo(202);
        assertThat(http.text("status")).isEqualTo("accepted");
        node.startSequencer();

        JsonNode sent = phone.await("message_sent");
        assertThat(sent.path("clientMessageId").asText()).isEqualTo("m1");
        assertThat(ann.send(chat, "m2", "over HTTP").text("messageId")).isEqualTo(http.text("messageId"));
        assertThat(ann.history(chat)).hasSize(3);
    }

    @Test
    void sessionThatIsNotTheHolderAnyMoreEndsAtItsHeartbeat() {
        Person ann = node.world.register("ann");
        RawConnection phone = ann.connect().hello("phone");

        TestNode.await(node.inbox.connect(
                id(ann), new DeviceId("phone"), new SessionRef("another-node/0", "another"), Instant.now()));

        phone.isClosedWith(4409, Duration.ofSeconds(10));
    }

    @Test
    void deviceWhoseInboxIsLostWhileConnectedIsToldToReconnect() {
        Person ann = node.world.register("ann");
        RawConnection phone = ann.connect().hello("phone");
        ObjectNode sync = Wire.object().put("deviceId", "phone");
        assertThat(ann.post("/api/sync", sync).body().path("nextCursor").isNull())
                .isTrue();

        Redis client = Redis.createClient(node.vertx, Engines.redisUrl(redis));
        TestNode.await(client.send(Request.cmd(Command.FLUSHALL)));

        assertThat(phone.await("reconnect").path("reason").asText()).isEqualTo("rebalancing");
        phone.isClosedWith(1012);
        RawConnection again = ann.connect().hello("phone");
        assertThat(again.await("ready").path("inboxComplete").asBoolean(true)).isFalse();
        TestNode.await(client.close().map("closed"));
    }

    @Test
    void liveSessionOutlivesARestartOfRedisAndMissesNothing() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection laptop = bob.connect().hello("laptop");
        ann.send(chat, "before");
        laptop.await("message_created", event -> event.path("content").asText().equals("before"));

        redis.kill();
        CompletableFuture<Answer> meanwhile = CompletableFuture.supplyAsync(() -> ann.send(chat, "meanwhile"));
        assertThat(meanwhile.join().isSuccess()).as("ordering needs no Redis").isTrue();
        laptop.send(Wire.frame("ping"));
        laptop.await("pong");
        redis.start();

        laptop.await("message_created", event -> event.path("content").asText().equals("meanwhile"));
    }

    @Test
    void helloWaitsForARedisThatComesBack() {
        Person ann = node.world.register("ann");
        redis.kill();
        RawConnection phone = ann.connect();
        phone.send(Wire.frame("hello").put("deviceId", "phone"));
        redis.start();

        phone.await("synced");
    }

    @Test
    void helloWithoutRedisIsRefusedHonestly() {
        Person ann = node.world.register("ann");
        redis.kill();
        try {
            RawConnection phone = ann.connect();
            phone.send(Wire.frame("hello").put("deviceId", "phone"));
            Awaiting.pings(phone, Duration.ofSeconds(20));

            assertThat(phone.await("error").path("code").asText()).isEqualTo("unavailable");
            phone.isClosedWith(1013);
        } finally {
            redis.start();
        }
    }

    /** Keeps a connection alive until it is closed by the other side. */
    private static final class Awaiting {
        static void pings(RawConnection connection, Duration bound) {
            org.awaitility.Awaitility.await()
                    .atMost(bound)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        if (connection.closeCode().isEmpty()) {
                            connection.send(Wire.frame("ping"));
                        }
                        return connection.closeCode().isPresent();
                    });
        }
    }
}
