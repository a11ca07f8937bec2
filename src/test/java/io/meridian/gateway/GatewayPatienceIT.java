package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.delivery.DeviceClaim;
import io.meridian.delivery.DeviceRemoval;
import io.meridian.delivery.SessionRef;
import io.meridian.delivery.Takeover;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
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

    /** With this very token: a client by itself would renew it. */
    private static Answer call(String token, String method, String path, ObjectNode body) {
        return node.world.api().send(0, method, path, token, body, Map.of()).join();
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
    void clientThatNeverReadsIsLeftWhateverItSends() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        try (SlowClient slow = new SlowClient(node.url(), bob.accessToken()).hello("laptop")) {
            String content = "x".repeat(30_000);
            for (int i = 0; i < 300; i++) {
                ann.send(chat, "n" + i, content);
            }
            org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                slow.send(Wire.frame("ping"));
                return node.gauges().stream()
                        .noneMatch(gauge -> gauge.identityOrNull() != null
                                && gauge.identityOrNull().user().equals(id(bob)));
            });
            // And its connection is cut, with the close that it did not read: it cannot send for ever.
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThatThrownBy(() -> slow.send(Wire.frame("ping")))
                            .isInstanceOf(java.io.UncheckedIOException.class));
        }
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
                new DeviceClaim(id(ann), new DeviceId("phone"), Instant.now()),
                new Takeover(new SessionRef("another-node/0", "another"), Instant.now(), false),
                Instant.now()));

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
    void deviceThatLosesItsInboxRightAfterASyncElsewhereIsToldToReconnect() {
        Person ann = node.world.register("ann");
        RawConnection phone = ann.connect().hello("phone");
        DeviceClaim claim = new DeviceClaim(id(ann), new DeviceId("phone"), Instant.now());
        // As over another node: this one's session hears of the sync only by its heartbeat.
        String token = TestNode.await(node.inbox.beginSync(claim));
        assertThat(TestNode.await(node.inbox.endSync(claim, token))).isTrue();
        Redis client = Redis.createClient(node.vertx, Engines.redisUrl(redis));
        TestNode.await(client.send(Request.cmd(Command.DEL).arg("inbox:{" + ann.id() + "}")));

        assertThat(phone.await("reconnect").path("reason").asText()).isEqualTo("rebalancing");
        phone.isClosedWith(1012);
        TestNode.await(client.close().map("closed"));
    }

    @Test
    void sessionThatSyncedIsNotToldToReconnect() {
        Person ann = node.world.register("ann");
        RawConnection phone = ann.connect().hello("phone");
        assertThat(ann.post("/api/sync", Wire.object().put("deviceId", "phone"))
                        .body()
                        .path("nextCursor")
                        .isNull())
                .isTrue();
        Awaiting.heartbeats(phone, 3);
        assertThat(phone.all("reconnect")).isEmpty();
    }

    @Test
    void removedDeviceIsClosedByItsHeartbeatWhereTheNoticeIsLostAndItsOldTokenOpensNothing() {
        Person ann = node.world.register("ann");
        String token = ann.accessToken();
        RawConnection phone = ann.connect().hello("phone");
        TestNode.await(node.inbox.remove(new DeviceRemoval(id(ann), new DeviceId("phone"), Instant.now(), true)));

        phone.isClosedWith(4401);
        RawConnection again = ann.connect();
        again.send(Wire.frame("hello").put("deviceId", "phone"));
        again.isClosedWith(4401);
        Answer sync = call(token, "POST", "/api/sync", Wire.object().put("deviceId", "phone"));
        assertThat(sync.status()).isEqualTo(401);
        assertThat(sync.text("code")).isEqualTo("unauthenticated");
    }

    @Test
    void removalOutlivesARedisThatIsEmptiedAndEndsWithANewLogin() {
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        RawConnection phone = ann.connect().hello("phone");
        assertThat(ann.call("DELETE", "/api/devices/phone", null).status()).isEqualTo(204);
        long removedBySecond = System.currentTimeMillis() / 1_000;
        phone.isClosedWith(4401);
        ann.send(chat, "nothing for a phone that is gone");
        Redis client = Redis.createClient(node.vertx, Engines.redisUrl(redis));
        TestNode.await(client.send(Request.cmd(Command.FLUSHALL)));

        RawConnection old = ann.connect();
        old.send(Wire.frame("hello").put("deviceId", "phone"));
        assertThat(old.await("error").path("code").asText()).isEqualTo("unauthenticated");
        old.isClosedWith(4401);
        String token = ann.accessToken();
        assertThat(call(token, "POST", "/api/sync", Wire.object().put("deviceId", "phone"))
                        .status())
                .isEqualTo(401);
        assertThat(call(token, "PUT", "/api/devices/phone", Wire.object()).status())
                .isEqualTo(401);
        assertThat(ann.get("/api/devices").body().path("items")).isEmpty();
        RawConnection laptop = ann.connect().hello("laptop");
        assertThat(laptop.closeCode()).as("another device").isEmpty();

        // tokens say when they were issued in whole seconds
        Awaitility.await().until(() -> System.currentTimeMillis() / 1_000 > removedBySecond);
        RawConnection back = ann.signIn().connect();
        back.send(Wire.frame("hello").put("deviceId", "phone"));
        assertThat(back.await("ready").path("inboxComplete").asBoolean(true)).isFalse();
        back.await("synced");
        assertThat(back.all("message_created")).isEmpty();
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
    void entryThatNoHintTellsOfIsFoundByTheHeartbeat() {
        Person ann = node.world.register("ann");
        RawConnection phone = ann.connect().hello("phone");
        Redis client = Redis.createClient(node.vertx, Engines.redisUrl(redis));

        TestNode.await(client.send(Request.cmd(Command.XADD)
                .arg("inbox:{" + ann.id() + "}:phone")
                .arg(node.inbox.generation() + "-*")
                .arg(0)
                .arg("{\"eventType\":\"message_created\",\"content\":\"unhinted\"}")));

        assertThat(phone.await("message_created").path("content").asText()).isEqualTo("unhinted");
        TestNode.await(client.close().map("closed"));
    }

    /** Redis was emptied, and the user's other devices were back first. */
    @Test
    void sessionWhoseDeviceFindsNoRoomAnyMoreIsToldAndEnds() {
        Person ann = node.world.register("ann");
        RawConnection phone = ann.connect().hello("phone");
        Redis client = Redis.createClient(node.vertx, Engines.redisUrl(redis));
        String key = "inbox:{" + ann.id() + "}";

        TestNode.await(client.send(Request.cmd(Command.EVAL)
                .arg("for i = 1, 20 do redis.call('HSET', KEYS[1], 'd:other' .. i, ARGV[1]) end"
                        + " return redis.call('HDEL', KEYS[1], 'd:phone')")
                .arg(1)
                .arg(key)
                .arg(seenNow())));

        assertThat(phone.await("error").path("code").asText()).isEqualTo("conflict");
        phone.isClosedWith(1008);
        TestNode.await(client.close().map("closed"));
    }

    @Test
    void deviceThatFindsNoRoomLeavesNoRow() {
        Person ann = node.world.register("ann");
        Redis client = Redis.createClient(node.vertx, Engines.redisUrl(redis));
        TestNode.await(client.send(Request.cmd(Command.EVAL)
                .arg("for i = 1, 20 do redis.call('HSET', KEYS[1], 'd:other' .. i, ARGV[1]) end return 1")
                .arg(1)
                .arg("inbox:{" + ann.id() + "}")
                .arg(seenNow())));

        Answer sync = ann.post("/api/sync", Wire.object().put("deviceId", "one-more"));

        assertThat(sync.status()).isEqualTo(409);
        assertThat(ann.get("/api/devices").body().path("items")).isEmpty();
        TestNode.await(client.close().map("closed"));
    }

    @Test
    void thereAreNeverMoreRowsThanInboxesThoughRedisHasForgottenTheOthers() {
        Person ann = node.world.register("ann");
        for (int i = 1; i <= 20; i++) {
            assertThat(ann.call("PUT", "/api/devices/d" + i, Wire.object()).status())
                    .isEqualTo(200);
        }

        ann.connect().hello("d21");

        assertThat(ann.get("/api/devices").body().path("items")).hasSize(20);
        assertThat(ann.call("DELETE", "/api/devices/d7", null).status()).isEqualTo(204);
        ann.connect().hello("d21");
        assertThat(ann.get("/api/devices").body().path("items"))
                .extracting(device -> device.path("deviceId").asText())
                .hasSize(20)
                .contains("d21");
    }

    /** A device's line in Redis, as {@code delivery} documents it. */
    private static String seenNow() {
        return System.currentTimeMillis() + " 1 - 0 - - 0";
    }

    /** Its announcement was lost, and nothing follows it: comparing heads finds it. */
    @Test
    void moveOfALargeConversationThatNobodyAnnouncesIsFoundByComparingHeads() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String channel = ann.channel("news", bob);
        RawConnection laptop = bob.connect().hello("laptop");
        long seq = ann.send(channel, "announced").number("seq");
        laptop.await("conversation_behind", behind -> behind.path("lastSeq").asLong() == seq);

        node.movesSilently(channel, seq + 3, 4);

        JsonNode behind = laptop.await(
                "conversation_behind", frame -> frame.path("lastSeq").asLong() == seq + 3);
        assertThat(behind.path("conversationId").asText()).isEqualTo(channel);
        assertThat(behind.path("lastOrdinal").asLong()).isEqualTo(4);
    }

    /** As if the gateway died between the acknowledgement and the trim: it reaches nobody. */
    @Test
    void acknowledgementThatIsLostBeforeTheTrimLosesNothing() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection laptop = bob.connect().hello("laptop");
        ann.send(chat, "kept");
        String id = laptop.await(
                        "message_created",
                        event -> event.path("content").asText().equals("kept"))
                .path("deliveryId")
                .asText();

        redis.kill();
        laptop.send(Wire.frame("message_ack").put("upTo", id));
        laptop.send(Wire.frame("ping"));
        laptop.await("pong");
        laptop.abort();
        redis.start();

        RawConnection again = bob.connect();
        again.send(Wire.frame("hello").put("deviceId", "laptop"));
        again.await("message_created", event -> event.path("content").asText().equals("kept"));
    }

    /** As if whoever moves cursors died: the reader is told, and reading again does it, once. */
    @Test
    void readThatNobodyTakesIsRefusedAndCountsWhenItIsRepeated() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        ann.send(chat, "one");
        long seq = ann.send(chat, "two").number("seq");
        RawConnection laptop = bob.connect().hello("laptop");
        ObjectNode read = Wire.frame("message_read").put("conversationId", chat).put("seq", seq);

        node.stopReceipt();
        laptop.send(read.deepCopy().put("requestId", "r1"));
        assertThat(laptop.await(
                                "error",
                                error -> error.path("requestId").asText().equals("r1"))
                        .path("code")
                        .asText())
                .isEqualTo("unavailable");
        assertThat(bob.listing(chat).unreadCount()).isEqualTo(2);
        node.startReceipt();
        laptop.send(read);
        laptop.send(read);

        Awaitility.await()
                .untilAsserted(() -> assertThat(bob.listing(chat).unreadCount()).isZero());
        assertThat(laptop.all("error")).hasSize(1);
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
    void ofTwoHelloesThatWaitForRedisTheLaterOneHoldsTheDevice() {
        Person ann = node.world.register("ann");
        redis.kill();
        RawConnection older = ann.connect();
        older.send(Wire.frame("hello").put("deviceId", "phone"));
        older.send(Wire.frame("ping"));
        older.await("pong");
        RawConnection newer = ann.connect();
        newer.send(Wire.frame("hello").put("deviceId", "phone"));
        redis.start();

        newer.await("synced");
        Awaitility.await().until(() -> older.closeCode().isPresent());
        assertThat(older.closeCode().getAsInt()).isIn(1013, 4409);
        Awaiting.heartbeats(newer, 3);
        assertThat(newer.closeCode()).isEmpty();
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
        /** The session's own, one a second; the pings are as far apart. */
        static void heartbeats(RawConnection connection, int count) {
            for (int i = 1; i <= count; i++) {
                int pongs = i;
                Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> {
                    connection.send(Wire.frame("ping"));
                    return connection.all("pong").size() >= pongs;
                });
            }
        }

        static void pings(RawConnection connection, Duration bound) {
            Awaitility.await()
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
