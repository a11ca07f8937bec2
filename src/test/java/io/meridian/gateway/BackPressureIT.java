package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.launch.LocalEngine;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not read, do not stop and do not acknowledge, among good ones; what the node holds for them is measured, not guessed. */
class BackPressureIT {
    private static final Duration BOUND = Duration.ofSeconds(90);
    /** What is sent when it is not full yet: an event, or answers. */
    private static final int LARGEST_EVENT = 66 * 1024;

    @TempDir
    static Path directory;

    private static LocalEngine kafka;
    private static LocalEngine redis;
    private static TestNode node;

    @BeforeAll
    static void start() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
        redis = Engines.startRedis(directory.resolve("redis"));
        node = new TestNode(
                        kafka.address(),
                        Engines.redisUrl(redis),
                        TestNode.patient(Duration.ofMinutes(10)),
                        directory,
                        List.of())
                .startSequencer();
    }

    @AfterAll
    static void stop() {
        node.close();
        kafka.close();
        redis.close();
    }

    private static Optional<SessionGauge> find(Person person, String device) {
        return node.gauges().stream()
                .filter(gauge -> gauge.identityOrNull() != null
                        && gauge.identityOrNull().user().value().equals(person.id())
                        && gauge.identityOrNull().device().value().equals(device))
                .findAny();
    }

    private static SessionGauge gauge(Person person, String device) {
        return find(person, device).orElseThrow();
    }

    /** While nobody orders, nothing is answered: so a bound is reached however fast the machine is. Then all goes on. */
    private static void fillsUp(Person person, Predicate<SessionGauge> full) {
        await().atMost(BOUND).until(() -> full.test(gauge(person, "phone")));
        node.startSequencer();
    }

    private static JsonNode message(String chat, String id, String content) {
        return Wire.frame("message_send")
                .put("requestId", id)
                .put("conversationId", chat)
                .put("clientMessageId", id)
                .put("messageType", "text")
                .put("content", content);
    }

    private static void polls(SockJsPolling polling, BooleanSupplier enough) {
        await().atMost(BOUND)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    if (enough.getAsBoolean()) {
                        return true;
                    }
                    assertThat(polling.poll()).startsWith("a");
                    return enough.getAsBoolean();
                });
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "n" + i).toList();
    }

    private static List<String> ids(List<JsonNode> frames) {
        return frames.stream()
                .map(frame -> frame.path("clientMessageId").asText())
                .toList();
    }

    @Test
    void whoDoesNotReadCostsABoundedQueueAndGetsEverythingInOrderWhenItDoes() {
        int messages = 500;
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection phone = ann.connect().hello("phone");
        RawConnection tablet = bob.connect().hello("tablet");
        try (SlowClient slow = new SlowClient(node.url(), bob.accessToken()).hello("laptop")) {
            String content = "x".repeat(30_000);
            for (int i = 0; i < messages; i++) {
                phone.sendMessage(chat, "n" + i, content);
                if (i % 20 == 19) {
                    phone.answerTo("n" + i);
                }
            }
            await().atMost(BOUND).until(() -> tablet.all("message_created").size() >= messages);

            assertThat(ids(tablet.all("message_created")))
                    .as("another device")
                    .containsExactlyElementsOf(names(messages));
            assertThat(gauge(bob, "laptop").mostQueuedBytes())
                    .isBetween((long) WriteQueue.FULL, (long) WriteQueue.FULL + LARGEST_EVENT);
            List<JsonNode> read = new ArrayList<>();
            while (read.size() < messages) {
                JsonNode frame = slow.read();
                if (frame.path("eventType").asText().equals("message_created")) {
                    read.add(frame);
                }
            }
            assertThat(ids(read)).as("the slow one").containsExactlyElementsOf(names(messages));
            for (int i = 1; i < messages; i++) {
                assertThat(read.get(i).path("prevSeq").asLong())
                        .isEqualTo(read.get(i - 1).path("seq").asLong());
            }
        }
    }

    @Test
    void whoSendsWithoutReadingAnswersIsReadAsFastAsItIsAnswered() {
        int messages = 10_000;
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        Person cat = node.world.register("cat");
        Person dan = node.world.register("dan");
        String flooded = ann.directWith(bob);
        String calm = cat.directWith(dan);
        RawConnection good = cat.connect().hello("phone");
        // not bob: what he is sent and does not acknowledge is more than an inbox holds
        RawConnection reader = dan.connect().hello("laptop");
        bob.connect().hello("laptop");
        try (SlowClient flooder = new SlowClient(node.url(), ann.accessToken()).hello("phone")) {
            List<JsonNode> answers = new ArrayList<>();
            node.stopSequencer();
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < messages; i++) {
                    flooder.send(message(flooded, "n" + i, "flood " + i));
                }
            });
            fillsUp(ann, gauge -> gauge.unanswered() == Unanswered.MAX_FRAMES);
            for (int i = 0; i < 100; i++) {
                good.sendMessage(calm, "n" + i, "calm " + i);
                assertThat(good.answerTo("n" + i).path("eventType").asText()).isEqualTo("message_sent");
            }
            while (answers.size() < messages) {
                JsonNode frame = flooder.read();
                if (!frame.path("requestId").asText().isEmpty()) {
                    answers.add(frame);
                }
            }
            flood.join();

            assertThat(gauge(ann, "phone").mostUnanswered()).isEqualTo(Unanswered.MAX_FRAMES);
            assertThat(gauge(ann, "phone").mostUnansweredBytes())
                    .isLessThanOrEqualTo(Unanswered.MAX_BYTES + Transport.MAX_FRAME);
            assertThat(gauge(ann, "phone").mostQueuedBytes()).isLessThanOrEqualTo(WriteQueue.MAX);
            assertThat(answers)
                    .extracting(answer -> answer.path("eventType").asText())
                    .containsOnly("message_sent");
            assertThat(ids(answers)).containsExactlyElementsOf(names(messages));
            assertThat(answers)
                    .extracting(answer -> answer.path("seq").asLong())
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
        await().atMost(BOUND)
                .untilAsserted(() -> assertThat(reader.all("message_created").stream()
                                .filter(event ->
                                        event.path("conversationId").asText().equals(calm))
                                .map(event -> event.path("clientMessageId").asText()))
                        .containsExactlyElementsOf(names(100)));
    }

    /** Each alone is above; what one of them costs must not become another's. */
    @Test
    void aFlooderASlowReaderAndOneWhoNeverAcknowledgesTogetherHaveTheirBoundsAndGoodOnesNoticeNothing() {
        int messages = 400;
        int flood = 5_000;
        Person ann = node.world.register("ann");
        Person slowOnes = node.world.register("sue");
        Person silentOnes = node.world.register("sam");
        Person flooding = node.world.register("eve");
        Person good = node.world.register("gus");
        Person friend = node.world.register("hal");
        String heavy = ann.group("heavy", slowOnes, silentOnes);
        String flooded = flooding.directWith(node.world.register("fay"));
        String calm = good.directWith(friend);
        RawConnection phone = ann.connect().hello("phone");
        RawConnection silent = silentOnes.connect().hello("laptop");
        RawConnection goodPhone = good.connect().hello("phone");
        ChatClient goodLaptop = friend.device("laptop").start();
        await().atMost(BOUND).until(goodLaptop::isLive);
        try (SlowClient slow = new SlowClient(node.url(), slowOnes.accessToken()).hello("laptop");
                SlowClient flooder = new SlowClient(node.url(), flooding.accessToken()).hello("phone")) {
            CompletableFuture<Void> floodedAll = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < flood; i++) {
                    flooder.send(message(flooded, "n" + i, "flood " + i));
                }
            });
            String content = "x".repeat(30_000);
            for (int i = 0; i < messages; i++) {
                phone.sendMessage(heavy, "n" + i, content);
                if (i % 4 == 0) {
                    goodPhone.sendMessage(calm, "n" + i / 4, "calm " + i);
                    assertThat(goodPhone.answerTo("n" + i / 4).path("eventType").asText())
                            .isEqualTo("message_sent");
                }
                if (i % 20 == 19) {
                    phone.answerTo("n" + i);
                }
            }
            await().atMost(BOUND).until(() -> silent.all("message_created").size() >= messages);
            await().atMost(BOUND)
                    .until(() -> goodLaptop.events(calm).stream()
                                    .filter(ChatEvent::isMessage)
                                    .count()
                            == messages / 4);
            // The slow one and the flooder have read nothing yet.
            await().atMost(BOUND).until(() -> gauge(slowOnes, "laptop").mostQueuedBytes() >= WriteQueue.FULL);
            long event = (long) WriteQueue.FULL + LARGEST_EVENT;
            boundsHold(slowOnes, "laptop", event);
            boundsHold(silentOnes, "laptop", event);
            boundsHold(flooding, "phone", WriteQueue.MAX);
            boundsHold(good, "phone", event);
            boundsHold(friend, "laptop", event);

            List<JsonNode> read = new ArrayList<>();
            while (read.size() < messages) {
                JsonNode frame = slow.read();
                if (frame.path("eventType").asText().equals("message_created")) {
                    read.add(frame);
                }
            }
            List<JsonNode> answers = new ArrayList<>();
            while (answers.size() < flood) {
                JsonNode frame = flooder.read();
                if (!frame.path("requestId").asText().isEmpty()) {
                    answers.add(frame);
                }
            }
            floodedAll.join();
            assertThat(ids(read)).as("the slow one").containsExactlyElementsOf(names(messages));
            assertThat(ids(silent.all("message_created")))
                    .as("the silent one")
                    .containsExactlyElementsOf(names(messages));
            assertThat(ids(answers)).as("the flooder").containsExactlyElementsOf(names(flood));
            assertThat(answers)
                    .extracting(answer -> answer.path("eventType").asText())
                    .containsOnly("message_sent");
        }
        assertThat(goodPhone.closeCode()).isEmpty();
        assertThat(goodPhone.all("error")).isEmpty();
        assertThat(goodLaptop.closeCodes()).isEmpty();
    }

    private static void boundsHold(Person person, String device, long mostQueued) {
        SessionGauge gauge = gauge(person, device);
        assertThat(gauge.mostQueuedBytes()).isLessThanOrEqualTo(mostQueued);
        assertThat(gauge.mostUnanswered()).isLessThanOrEqualTo(Unanswered.MAX_FRAMES);
        assertThat(gauge.mostUnansweredBytes()).isLessThanOrEqualTo(Unanswered.MAX_BYTES + Transport.MAX_FRAME);
        assertThat(gauge.noticeBytes()).isLessThanOrEqualTo(Notices.MAX_BYTES);
    }

    @Test
    void largeFramesWithoutAnswersAreBoundedInBytes() {
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        try (SlowClient flooder = new SlowClient(node.url(), ann.accessToken()).hello("phone")) {
            String content = "x".repeat(60_000);
            node.stopSequencer();
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 200; i++) {
                    flooder.send(message(chat, "n" + i, content));
                }
            });
            fillsUp(ann, gauge -> gauge.mostUnansweredBytes() >= Unanswered.MAX_BYTES);
            for (int i = 0; i < 200; i++) {
                assertThat(flooder.read().path("eventType").asText()).isEqualTo("message_sent");
            }
            flood.join();
            assertThat(gauge(ann, "phone").mostUnansweredBytes())
                    .isBetween((long) Unanswered.MAX_BYTES, (long) Unanswered.MAX_BYTES + Transport.MAX_FRAME);
        }
    }

    @Test
    void whoNeverAcknowledgesCostsNothingButItsInbox() {
        int messages = 300;
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection phone = ann.connect().hello("phone");
        RawConnection laptop = bob.connect().hello("laptop");
        for (int i = 0; i < messages; i++) {
            phone.sendMessage(chat, "n" + i, "number " + i);
        }
        phone.answerTo("n" + (messages - 1));
        await().atMost(BOUND).until(() -> laptop.all("message_created").size() == messages);

        SessionGauge gauge = gauge(bob, "laptop");
        assertThat(gauge.queuedBytes() + gauge.noticeBytes() + gauge.unanswered())
                .isZero();
        assertThat(gauge.mostQueuedBytes()).isLessThan(WriteQueue.FULL);
        laptop.close();
        await().atMost(BOUND).until(() -> find(bob, "laptop").isEmpty());
        RawConnection again = bob.connect().hello("laptop");
        assertThat(ids(again.all("message_created"))).containsExactlyElementsOf(names(messages));
    }

    @Test
    void whoPollsSlowlyCostsABoundedQueueAndGetsEverythingInOrder() {
        int messages = 300;
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection phone = ann.connect().hello("phone");
        SockJsPolling polling = new SockJsPolling(node.url(), "000", "slow" + System.nanoTime());
        assertThat(polling.poll()).isEqualTo("o");
        assertThat(polling.send(List.of(Wire.frame("hello")
                                .put("deviceId", "laptop")
                                .put("token", bob.accessToken())
                                .toString()))
                        .statusCode())
                .isEqualTo(204);
        polls(
                polling,
                () -> polling.frames().stream()
                        .anyMatch(frame -> frame.path("eventType").asText().equals("synced")));
        String content = "x".repeat(30_000);
        for (int i = 0; i < messages; i++) {
            phone.sendMessage(chat, "n" + i, content);
            if (i % 20 == 19) {
                phone.answerTo("n" + i);
                polling.poll();
            }
        }
        polls(polling, () -> polling.events().size() >= messages);

        assertThat(gauge(bob, "laptop").mostQueuedBytes())
                .isBetween((long) WriteQueue.FULL, (long) WriteQueue.FULL + LARGEST_EVENT);
        assertThat(ids(polling.events())).containsExactlyElementsOf(names(messages));
    }

    @Test
    void aBodyOfManyFramesIsAnsweredWhenAllOfThemWereTaken() {
        int messages = 3_000;
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        SockJsPolling polling = new SockJsPolling(node.url(), "000", "flood" + System.nanoTime());
        assertThat(polling.poll()).isEqualTo("o");
        polling.send(List.of(Wire.frame("hello")
                .put("deviceId", "phone")
                .put("token", ann.accessToken())
                .toString()));
        polls(
                polling,
                () -> polling.frames().stream()
                        .anyMatch(frame -> frame.path("eventType").asText().equals("synced")));
        node.stopSequencer();
        CompletableFuture<String> firstAnswers = CompletableFuture.supplyAsync(polling::poll);
        CompletableFuture<Integer> sent = CompletableFuture.supplyAsync(() -> polling.send(names(messages).stream()
                        .map(id -> message(chat, id, "number " + id).toString())
                        .toList())
                .statusCode());
        fillsUp(ann, gauge -> gauge.unanswered() == Unanswered.MAX_FRAMES);
        assertThat(firstAnswers.join()).startsWith("a");
        polls(polling, () -> polling.answers().size() >= messages);
        assertThat(sent.join()).isEqualTo(204);

        assertThat(ids(polling.answers())).containsExactlyElementsOf(names(messages));
        assertThat(gauge(ann, "phone").mostUnanswered()).isEqualTo(Unanswered.MAX_FRAMES);
    }

    @Test
    void whoIsAwayForFiveSecondsBetweenPollsIsGone() {
        Person bob = node.world.register("bob");
        SockJsPolling polling = new SockJsPolling(node.url(), "000", "away" + System.nanoTime());
        assertThat(polling.poll()).isEqualTo("o");
        polling.send(List.of(Wire.frame("hello")
                .put("deviceId", "laptop")
                .put("token", bob.accessToken())
                .toString()));
        await().atMost(BOUND).until(() -> find(bob, "laptop").isPresent());

        await().atMost(BOUND).until(() -> find(bob, "laptop").isEmpty());
        assertThat(polling.poll()).isEqualTo("c[1002,\"Connection interrupted\"]");
        assertThat(polling.sendBody("[]").statusCode()).isEqualTo(404);
    }

    @Test
    void bodiesThatAreTooLargeOrNoFramesEndTheSessionWithTheContractsCode() {
        SockJsPolling large = new SockJsPolling(node.url(), "000", "large" + System.nanoTime());
        assertThat(large.poll()).isEqualTo("o");
        assertThat(large.sendBody("[\"" + "x".repeat(300_000) + "\"]").statusCode())
                .isEqualTo(413);
        assertThat(large.poll()).startsWith("c[1009,");

        SockJsPolling broken = new SockJsPolling(node.url(), "000", "broken" + System.nanoTime());
        assertThat(broken.poll()).isEqualTo("o");
        assertThat(broken.sendBody("[{}]").statusCode()).isEqualTo(400);
        assertThat(broken.poll()).startsWith("c[4400,");
        assertThat(new SockJsPolling(node.url(), "000", "nobody").sendBody("[]").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aSecondReceiverIsTurnedAwayAndPagesOfAnyOriginMayRead() {
        SockJsPolling polling = new SockJsPolling(node.url(), "000", "twice" + System.nanoTime());
        assertThat(polling.poll()).isEqualTo("o");
        CompletableFuture<String> first = CompletableFuture.supplyAsync(polling::poll);
        await().atMost(BOUND).until(() -> polling.poll().startsWith("c[2010,"));
        polling.sendBody("[\"no json\"]");
        assertThat(List.of(first.join(), polling.poll()))
                .anyMatch(frame -> frame.contains("4400") || frame.contains("error"));

        var preflight = polling.call("OPTIONS", "/xhr_send", "");
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("*");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
                .contains("OPTIONS, POST");
        assertThat(preflight.headers().firstValue("Set-Cookie")).isEmpty();
    }
}
