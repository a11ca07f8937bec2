package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.launch.LocalEngine;
import io.meridian.testing.Answer;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine that answers nobody for a while, holding its connections: who asks meanwhile is told so, what was accepted is done
 * when it is back, and what was not may be asked for again.
 */
class EngineOutageIT {
    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final GatewaySettings IMPATIENT = TestNode.settings(
            Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMillis(500), Duration.ofSeconds(2));

    @TempDir
    static Path directory;

    private static LocalEngine kafka;
    private static LocalEngine cassandra;
    private static TestNode node;

    @BeforeAll
    static void start() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
        cassandra = Engines.startCassandra(directory.resolve("cassandra"));
        node = TestNode.on(kafka, cassandra, IMPATIENT, directory).startSequencer();
    }

    @AfterAll
    static void stop() {
        node.close();
        cassandra.close();
        kafka.close();
    }

    /** Two people, one of them on a phone, and what is asked while an engine is out. */
    private static final class Pair {
        final Person ann = node.world.register("ann");
        final String chat = ann.directWith(node.world.register("bob"));
        final RawConnection phone = ann.connect().hello("phone");

        Pair() {
            assertThat(ann.send(chat, "before", "before").status()).isEqualTo(201);
        }

        CompletableFuture<Answer> asks(String method, String path, JsonNode body) {
            return node.world.api().send(0, method, path, ann.accessToken(), body, Map.of());
        }

        CompletableFuture<Answer> sends(String id) {
            return asks(
                    "POST",
                    "/api/messages",
                    Wire.object()
                            .put("conversationId", chat)
                            .put("clientMessageId", id)
                            .put("messageType", "text")
                            .put("content", id));
        }

        CompletableFuture<Answer> readsHistory() {
            return asks("GET", "/api/conversations/" + chat + "/messages", null);
        }

        CompletableFuture<Answer> logsIn() {
            return asks(
                    "POST",
                    "/api/auth/login",
                    Wire.object().put("username", ann.username()).put("password", ann.password()));
        }

        /** Over the phone: told that it is durable, or that nothing was promised. */
        boolean wasAcceptedOrRefused(String id) {
            await().atMost(BOUND)
                    .until(() -> phone.frames().stream()
                            .anyMatch(frame -> frame.path("requestId").asText().equals(id)));
            JsonNode first = phone.frames().stream()
                    .filter(frame -> frame.path("requestId").asText().equals(id))
                    .findFirst()
                    .orElseThrow();
            if (first.path("eventType").asText().equals("message_accepted")) {
                return true;
            }
            assertThat(first.path("code").asText()).as(first.toString()).isEqualTo("unavailable");
            return false;
        }

        /** Everything said, once; asked for again by its id it is a repetition. */
        void holds(String... ids) {
            for (String id : ids) {
                assertThat(ann.insist(person -> person.send(chat, id, id)).isSuccess())
                        .as(id)
                        .isTrue();
            }
            assertThat(ann.history(chat).stream()
                            .map(ChatEvent::clientMessageId)
                            .filter(List.of(ids)::contains))
                    .containsExactlyInAnyOrder(ids);
        }
    }

    private static void isUnavailable(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.text("code")).isEqualTo("unavailable");
        assertThat(answer.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
    }

    private static void isAcceptedOrUnavailable(Answer answer) {
        if (answer.status() == 202) {
            assertThat(answer.text("status")).isEqualTo("accepted");
        } else {
            isUnavailable(answer);
        }
    }

    private static void isNotReadyFor(String engine) {
        // what was asked a moment ago is not asked again
        await().atMost(BOUND).untilAsserted(() -> {
            Answer ready = node.world.api().call(0, "GET", "/health/ready", null, null);
            assertThat(ready.status()).as(ready.toString()).isEqualTo(503);
            assertThat(ready.body().path("dependencies").path(engine).asText()).isEqualTo("down");
        });
    }

    private static void isReadyAgain() {
        await().atMost(BOUND)
                .until(() -> node.world
                                .api()
                                .call(0, "GET", "/health/ready", null, null)
                                .status()
                        == 200);
    }

    @Test
    void whileCassandraIsOutEveryoneIsToldSoAndWhatWasAcceptedIsThereAfterwards() {
        Pair pair = new Pair();
        boolean accepted;
        cassandra.pause();
        try {
            pair.phone.sendMessage(pair.chat, "phone", "phone");
            var send = pair.sends("over-http");
            var history = pair.readsHistory();
            var login = pair.logsIn();
            var list = pair.asks("GET", "/api/conversations", null);
            isNotReadyFor("cassandra");
            isAcceptedOrUnavailable(send.join());
            isUnavailable(history.join());
            isUnavailable(login.join());
            isUnavailable(list.join());
            accepted = pair.wasAcceptedOrRefused("phone");
        } finally {
            cassandra.resume();
        }

        if (accepted) {
            JsonNode sent = pair.phone.await(
                    "message_sent", frame -> frame.path("requestId").asText().equals("phone"));
            assertThat(sent.path("clientMessageId").asText()).isEqualTo("phone");
        }
        pair.holds("before", "phone", "over-http");
        assertThat(pair.logsIn().join().status()).isEqualTo(200);
        isReadyAgain();
    }

    @Test
    void whileKafkaIsOutNothingIsPromisedAndReadingGoesOn() {
        Pair pair = new Pair();
        kafka.pause();
        try {
            pair.phone.sendMessage(pair.chat, "phone", "phone");
            var send = pair.sends("over-http");
            assertThat(pair.readsHistory().join().status()).isEqualTo(200);
            assertThat(pair.logsIn().join().status()).isEqualTo(200);
            isNotReadyFor("kafka");
            isUnavailable(send.join());
            assertThat(pair.wasAcceptedOrRefused("phone"))
                    .as("nothing was durable")
                    .isFalse();
        } finally {
            kafka.resume();
        }

        pair.holds("before", "phone", "over-http");
        isReadyAgain();
    }
}
