package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.launch.LocalEngine;
import io.meridian.limits.ClientAddresses;
import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import io.meridian.testing.Answer;
import io.meridian.testing.ChatClient;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Wire;
import io.vertx.core.MultiMap;
import io.vertx.core.http.UpgradeRejectedException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Those who ask for too much of one node, and those beside them. */
class LimitsIT {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final ProtectionSettings LIMITS = new ProtectionSettings(
            withRates(LimitSettings.standard(1_000)
                    // Low, so that a machine that is busy with other things does not slow a flood down to its limit.
                    .with(Limit.USER_MESSAGES, new Rate(10, 100))
                    .with(Limit.USER_REFUSALS, new Rate(1, 200))
                    .with(Limit.USER_HELLOS, new Rate(0.01, 5))
                    .with(Limit.USER_CALLS, new Rate(0.01, 60))
                    .with(Limit.ADDRESS_LOGINS, new Rate(0.01, 4))
                    .with(Limit.USERNAME_LOGINS, new Rate(0.01, 3))
                    .with(Limit.CONVERSATION_MESSAGES, new Rate(0.01, 200))
                    .with(Limit.ADDRESS_CALLS, new Rate(0.01, 20))
                    .with(Limit.ADDRESS_CONNECTS, new Rate(0.01, 2))),
            new ClientAddresses(List.of("127.0.0.0/8")),
            DrainSettings.DEFAULTS);

    @TempDir
    static Path directory;

    private static LocalEngine kafka;
    private static TestNode node;

    @BeforeAll
    static void start() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
        node = new TestNode(kafka.address(), Engines.redis(), TestNode.CONTRACT, directory, List.of(), LIMITS)
                .startSequencer();
    }

    @AfterAll
    static void stop() {
        node.close();
        kafka.close();
    }

    /** Three members are many here. */
    private static LimitSettings withRates(LimitSettings rates) {
        return new LimitSettings(true, rates.rates(), 3, rates.bounds());
    }

    private static Answer login(String username, String password, String from) {
        return node.world
                .api()
                .send(
                        0,
                        "POST",
                        "/api/auth/login",
                        null,
                        Wire.object().put("username", username).put("password", password),
                        Map.of("X-Forwarded-For", from))
                .join();
    }

    private static void isRateLimited(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(429);
        assertThat(answer.text("code")).isEqualTo("rate_limited");
        assertThat(answer.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
        assertThat(answer.number("retryAfterMs")).isPositive();
    }

    private static List<JsonNode> errors(RawConnection connection) {
        return connection.all("error");
    }

    @Test
    void aFloodIsRefusedThenClosedAndHarmsNobody() {
        Person flooder = node.world.register("mallory");
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String floodedChat = flooder.directWith(ann);
        String chat = ann.directWith(bob);
        RawConnection good = ann.connect().hello("phone");
        RawConnection flood = flooder.connect().hello("bot");

        int sent = 0;
        while (sent < 20_000 && flood.closeCode().isEmpty()) {
            flood.sendMessage(floodedChat, "spam-" + sent, "spam");
            if (sent % 20 == 0 && sent < 600) {
                good.sendMessage(chat, "good-" + sent, "hello");
            }
            sent++;
        }

        flood.isClosedWith(4429);
        assertThat(errors(flood)).isNotEmpty().allSatisfy(error -> {
            assertThat(error.path("code").asText()).isEqualTo("rate_limited");
            assertThat(error.path("retryAfterMs").asLong()).isPositive();
            assertThat(error.path("requestId").asText()).startsWith("spam-");
        });
        for (int i = 0; i < Math.min(sent, 600); i += 20) {
            assertThat(good.answerTo("good-" + i).path("eventType").asText()).isEqualTo("message_sent");
        }
        assertThat(good.closeCode()).isEmpty();
    }

    @Test
    void aClientThatWaitsAsItIsToldGetsEverythingThrough() {
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        ChatClient phone = ann.device("phone").start();
        Awaitility.await().atMost(BOUND).until(phone::isLive);

        for (int i = 0; i < 180; i++) {
            phone.send(chat, "text " + i);
        }

        Awaitility.await().atMost(BOUND).until(() -> phone.pending() == 0);
        assertThat(phone.closeCodes()).doesNotContain(4429);
        assertThat(phone.events(chat).stream().filter(event -> event.isMessage()))
                .hasSize(180);
    }

    @Test
    void repetitionsCountLikeAnythingElse() {
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        RawConnection phone = ann.connect().hello("phone");

        for (int i = 0; i < 400; i++) {
            phone.sendMessage(chat, "the-same", "hello");
        }

        phone.await("error", error -> error.path("code").asText().equals("rate_limited"));
    }

    @Test
    void callsAreLimitedLikeFrames() {
        Person ann = node.world.register("ann");
        for (int i = 0; i < 60; i++) {
            assertThat(ann.get("/api/conversations").status()).isEqualTo(200);
        }
        isRateLimited(ann.get("/api/conversations"));
        assertThat(node.world.register("bob").get("/api/conversations").status())
                .isEqualTo(200);
    }

    @Test
    void aLargeConversationTakesLess() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        Person cid = node.world.register("cid");
        String small = ann.group("three", bob, cid);
        String large = ann.group("four", bob, cid, node.world.register("dan"));

        RawConnection phone = ann.connect().hello("phone");
        for (int i = 0; i < 45; i++) {
            phone.sendMessage(small, "small-" + i, "hello");
        }
        for (int i = 0; i < 45; i++) {
            assertThat(phone.answerTo("small-" + i).path("eventType").asText()).isEqualTo("message_sent");
        }
        RawConnection other = bob.connect().hello("phone");
        // The first ones beyond 20 ask how large it is; by then that is known.
        for (int i = 0; i < 90; i++) {
            other.sendMessage(large, "large-" + i, "hello");
            if (i == 30) {
                other.answerTo("large-0");
                other.answerTo("large-30");
            }
        }
        JsonNode refused =
                other.await("error", error -> error.path("code").asText().equals("rate_limited"));
        assertThat(refused.path("detail").asText()).contains("large conversation");
    }

    @Test
    void aConversationTakesSoManyFromAllWhoWriteInIt() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        Person cid = node.world.register("cid");
        String chat = ann.group("three", bob, cid);
        for (Person person : List.of(ann, bob, cid)) {
            RawConnection phone = person.connect().hello("phone");
            for (int i = 0; i < 80; i++) {
                phone.sendMessage(chat, person.username() + i, "hello");
            }
            for (int i = 0; i < 80; i++) {
                phone.answerTo(person.username() + i);
            }
            if (person == cid) {
                assertThat(errors(phone)).isNotEmpty().allSatisfy(error -> {
                    assertThat(error.path("code").asText()).isEqualTo("rate_limited");
                    assertThat(error.path("detail").asText()).contains("messages in a conversation");
                    assertThat(error.path("retryAfterMs").asLong()).isPositive();
                });
            } else {
                assertThat(errors(phone)).isEmpty();
            }
        }
        isRateLimited(bob.send(chat, "over HTTP"));
        assertThat(bob.send(bob.directWith(ann), "elsewhere").status()).isEqualTo(201);
    }

    @Test
    void whateverAnAddressAsksForCountsButHealth() {
        Map<String, String> from = Map.of("X-Forwarded-For", "198.51.100.77");
        List<String> paths = List.of(
                "/",
                "/style.css",
                "/nowhere",
                "/.well-known/jwks.json",
                "/sockjs",
                "/sockjs/info",
                "/api/conversations");
        for (int i = 0; i < 20; i++) {
            assertThat(call(paths.get(i % paths.size()), from).status()).isIn(200, 401, 404);
        }
        paths.forEach(path -> isRateLimited(call(path, from)));
        for (String path : List.of("/health/live", "/health/ready")) {
            assertThat(call(path, from).status()).isEqualTo(200);
        }
        assertThat(call("/", Map.of("X-Forwarded-For", "198.51.100.78")).status())
                .isEqualTo(200);
    }

    private static Answer call(String path, Map<String, String> headers) {
        return node.world.api().send(0, "GET", path, null, null, headers).join();
    }

    @Test
    void pollsOfAnAddressCountToo() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        String session = node.url() + "/sockjs/000/poll" + System.nanoTime();
        int refused = 0;
        for (int i = 0; i < 25; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(session + (i == 0 ? "/xhr" : "/xhr_send")))
                    .header("X-Forwarded-For", "198.51.100.99")
                    .POST(HttpRequest.BodyPublishers.ofString("[]"))
                    .build();
            refused += http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 429 ? 1 : 0;
        }
        assertThat(refused).as("24 calls beside the connect, 20 are free").isEqualTo(4);
        HttpRequest poll = HttpRequest.newBuilder(URI.create(session + "/xhr"))
                .header("X-Forwarded-For", "198.51.100.99")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(http.send(poll, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(429);
    }

    @Test
    void aUserThatConnectsAllTheTimeIsClosed() {
        Person ann = node.world.register("ann");
        for (int i = 0; i < 5; i++) {
            ann.connect().hello("phone");
        }
        RawConnection sixth = ann.connect();
        sixth.send(Wire.frame("hello").put("deviceId", "phone"));

        assertThat(sixth.await("error").path("code").asText()).isEqualTo("rate_limited");
        sixth.isClosedWith(4429);
    }

    @Test
    void connectsOfAnAddressAreLimitedBeforeTheUpgrade() {
        MultiMap from = MultiMap.caseInsensitiveMultiMap().add("X-Forwarded-For", "198.51.100.7");
        RawConnection.open(node.world, 0, "/connect", from);
        RawConnection.open(node.world, 0, "/connect", from);
        assertThatThrownBy(() -> RawConnection.open(node.world, 0, "/connect", from))
                .isInstanceOfSatisfying(UpgradeRejectedException.class, refused -> {
                    assertThat(refused.getStatus()).isEqualTo(429);
                    assertThat(refused.getHeaders().get("Retry-After")).isNotEmpty();
                });
    }

    @Test
    void passwordsAreGuessedSlowlyFromOneAddress() {
        for (int i = 0; i < 4; i++) {
            assertThat(login("nobody-" + i, "wrong password", "198.51.100.1").status())
                    .isEqualTo(401);
        }
        isRateLimited(login("nobody-4", "wrong password", "198.51.100.1"));
        assertThat(login("nobody-4", "wrong password", "198.51.100.2").status()).isEqualTo(401);
    }

    @Test
    void passwordsOfOneUserAreGuessedSlowlyFromEverywhere() {
        Person ann = node.world.register("ann");
        for (int i = 0; i < 10; i++) {
            assertThat(login(ann.username(), ann.password(), "203.0.113." + i).status())
                    .as("the right one costs nothing")
                    .isEqualTo(200);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(login(ann.username(), "wrong password", "203.0.113." + i).status())
                    .isEqualTo(401);
        }
        isRateLimited(login(ann.username().toUpperCase(java.util.Locale.ROOT), "wrong password", "203.0.113.99"));
    }
}
