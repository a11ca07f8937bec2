package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.launch.LocalEngine;
import io.meridian.limits.ClientAddresses;
import io.meridian.limits.LimitSettings;
import io.meridian.testing.Answer;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Wire;
import io.vertx.core.Future;
import io.vertx.core.http.UpgradeRejectedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node takes its leave. Each test has a node of its own, for it can do so only once. */
class DrainIT {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int A_SECOND = 20;
    /** A drain that waits for answers takes this longer: what is quicker did not wait, on however slow a machine. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final Duration SHORT = Duration.ofSeconds(3);

    @TempDir
    static Path directory;

    private static LocalEngine kafka;
    private TestNode node;

    @BeforeAll
    static void startKafka() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    /** {@code patience}: how long its drain waits for answers, and spreads its sessions at most. */
    private void start(Duration patience) {
        var limits = new ProtectionSettings(
                LimitSettings.standard(1_000),
                new ClientAddresses(List.of()),
                new DrainSettings(A_SECOND, patience, patience));
        node = new TestNode(kafka.address(), Engines.redis(), TestNode.CONTRACT, directory, List.of(), limits);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private RawConnection hasSentWhatNobodyOrders() {
        node.startSequencer();
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        node.stopSequencer();
        RawConnection phone = ann.connect().hello("phone");
        phone.sendMessage(chat, "m1", "hello");
        phone.await("message_accepted");
        return phone;
    }

    /** Its last frame is a {@code reconnect}, and then the close. */
    private static void isSentElsewhere(RawConnection connection) {
        connection.isClosedWith(1012);
        JsonNode reconnect = connection.await("reconnect");
        assertThat(reconnect.path("reason").asText()).isEqualTo("draining");
        assertThat(reconnect.path("afterMs").asLong(-1)).isBetween(0L, 1_000L);
    }

    @Test
    void sessionsAreSpreadOverTheWindowAndTheNodeTakesNobodyNew() {
        start(LONG);
        node.startSequencer();
        Person ann = node.world.register("ann");
        List<RawConnection> connections = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            connections.add(ann.connect().hello("device-" + i));
        }
        connections.add(ann.connect()); // never says hello

        long began = System.nanoTime();
        Future<Void> drained = node.protection.drain().begin();
        Answer ready = node.world.api().call(0, "GET", "/health/ready", null, null);
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.text("reason")).isEqualTo("draining");
        assertThat(node.world.api().call(0, "GET", "/health/live", null, null).status())
                .isEqualTo(200);
        assertThat(catchThrowable(ann::connect)).isInstanceOfSatisfying(UpgradeRejectedException.class, refused -> {
            assertThat(refused.getStatus()).isEqualTo(503);
            assertThat(refused.getHeaders().get("Retry-After")).isEqualTo("1");
        });

        TestNode.await(drained);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("20 sessions at 20 a second")
                .isGreaterThan(Duration.ofMillis(700));
        connections.forEach(DrainIT::isSentElsewhere);
    }

    @Test
    void whatWasSentIsAnsweredBeforeTheClose() {
        start(LONG);
        Person ann = node.world.register("ann");
        node.startSequencer();
        String chat = ann.directWith(node.world.register("bob"));
        node.stopSequencer();
        RawConnection phone = ann.connect().hello("phone");
        for (int i = 0; i < 20; i++) {
            phone.sendMessage(chat, "m" + i, "hello");
        }
        CompletableFuture<Answer> call = CompletableFuture.supplyAsync(() -> ann.post(
                "/api/messages",
                Wire.object()
                        .put("conversationId", chat)
                        .put("clientMessageId", "http")
                        .put("messageType", "text")
                        .put("content", "over HTTP")));
        Awaitility.await().atMost(BOUND).until(() -> node.protection.calls().get() == 1);
        phone.send(Wire.frame("ping"));
        phone.await("pong");

        Future<Void> drained = node.protection.drain().begin();
        phone.await("reconnect");
        phone.sendMessage(chat, "too late", "hello");
        node.startSequencer();

        isSentElsewhere(phone);
        TestNode.await(drained);
        List<String> types = phone.frames().stream()
                .map(frame -> frame.path("eventType").asText())
                .toList();
        for (int i = 0; i < 20; i++) {
            assertThat(phone.answerTo("m" + i).path("eventType").asText()).isEqualTo("message_sent");
        }
        assertThat(types.indexOf("reconnect")).isLessThan(types.lastIndexOf("message_sent"));
        assertThat(phone.frames().toString()).doesNotContain("too late");
        assertThat(call.join().status()).isIn(201, 202);
    }

    @Test
    void answersThatDoNotComeAreNotWaitedForLongerThanTheBound() {
        start(SHORT);
        RawConnection phone = hasSentWhatNobodyOrders();

        long began = System.nanoTime();
        TestNode.await(node.protection.drain().begin());

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(2_500));
        isSentElsewhere(phone);
    }

    @Test
    void whoIsInAHurryWaitsForNobody() {
        start(LONG);
        hasSentWhatNobodyOrders();

        long began = System.nanoTime();
        Future<Void> drained = node.protection.drain().begin();
        node.protection.drain().hurry();
        TestNode.await(drained);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG.dividedBy(2));
    }

    @Test
    void aNodeWithoutClientsIsDrainedAtOnce() {
        start(LONG);
        long began = System.nanoTime();
        TestNode.await(node.protection.drain().begin());
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG.dividedBy(2));
    }
}
