package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.launch.LocalEngine;
import io.meridian.testing.Answer;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Wire;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts, the shapes of errors, and what a connection goes through; on one node with all that belongs to it. */
class GatewayIT {
    @TempDir
    static Path directory;

    private static LocalEngine kafka;
    private static TestNode node;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
        node = new TestNode(kafka.address(), Engines.redis(), TestNode.CONTRACT, directory, List.of()).startSequencer();
    }

    @AfterAll
    static void stop() {
        node.close();
        kafka.close();
    }

    private static Answer call(String method, String path, String token, JsonNode body) {
        return node.world.api().call(0, method, path, token, body);
    }

    private static HttpResponse<String> raw(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path, Person caller) {
        URI base = node.url();
        return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + caller.accessToken());
    }

    private static void isProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        JsonNode body = Wire.parse(response.body());
        assertThat(body.path("code").asText()).isEqualTo(code);
        assertThat(body.path("status").asInt()).isEqualTo(status);
        assertThat(body.path("title").asText()).isNotEmpty();
        assertThat(body.path("detail").asText()).isNotEmpty();
        assertThat(body.path("type").asText()).startsWith("urn:");
        assertThat(response.body()).doesNotContain("Exception").doesNotContain("io.meridian");
    }

    private static Answer refresh(String token) {
        return call("POST", "/api/auth/refresh", null, Wire.object().put("refreshToken", token));
    }

    @Test
    void refreshTokenIsRotatedAndItsReuseEndsTheFamily() {
        Person ann = node.world.register("ann");
        Answer first = refresh(ann.refreshToken());
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text("userId")).isEqualTo(ann.id());

        assertThat(refresh(ann.refreshToken()).status()).isEqualTo(401);
        assertThat(refresh(first.text("refreshToken")).status())
                .as("the family has ended")
                .isEqualTo(401);
        assertThat(ann.signIn().refreshToken()).isNotEmpty();
    }

    @Test
    void ofCallsWithOneRefreshTokenAtMostOneWins() {
        Person ann = node.world.register("ann");
        List<CompletableFuture<Integer>> calls = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> refresh(ann.refreshToken()).status()))
                .toList();
        List<Integer> statuses = calls.stream().map(CompletableFuture::join).toList();

        assertThat(statuses).containsOnlyOnce(200).allMatch(status -> status == 200 || status == 401);
    }

    @Test
    void logoutEndsTheFamilyOfTheTokenAndOnlyOnesOwn() {
        Person ann = node.world.register("ann");
        Person eve = node.world.register("eve");
        ObjectNode body = Wire.object().put("refreshToken", ann.refreshToken());

        assertThat(call("POST", "/api/auth/logout", null, body).status()).isEqualTo(401);
        assertThat(call("POST", "/api/auth/logout", eve.accessToken(), body).status())
                .isEqualTo(204);
        Answer stillGood = refresh(ann.refreshToken());
        assertThat(stillGood.status()).isEqualTo(200);
        ObjectNode newest = Wire.object().put("refreshToken", stillGood.text("refreshToken"));
        assertThat(call("POST", "/api/auth/logout", ann.accessToken(), newest).status())
                .isEqualTo(204);
        assertThat(refresh(stillGood.text("refreshToken")).status()).isEqualTo(401);
    }

    @Test
    void refreshTokenBoundToADeviceEndsWithTheDevice() {
        Person ann = node.world.register("ann");
        ObjectNode login = Wire.object()
                .put("username", ann.username())
                .put("password", ann.password())
                .put("deviceId", "phone");
        String bound = call("POST", "/api/auth/login", null, login).text("refreshToken");
        ObjectNode elsewhere = Wire.object().put("refreshToken", bound).put("deviceId", "laptop");
        assertThat(call("POST", "/api/auth/refresh", null, elsewhere).text("code"))
                .isEqualTo("forbidden");
        ObjectNode later = Wire.object().put("refreshToken", ann.refreshToken()).put("deviceId", "phone");
        String boundLater = call("POST", "/api/auth/refresh", null, later).text("refreshToken");
        assertThat(boundLater).isNotEmpty();

        assertThat(ann.call("DELETE", "/api/devices/phone", null).status()).isEqualTo(204);

        assertThat(refresh(bound).status()).isEqualTo(401);
        assertThat(refresh(boundLater).status()).isEqualTo(401);
    }

    @Test
    void usernameIsTakenWhateverItsCase() {
        Person ann = node.world.register("ann");
        ObjectNode same = Wire.object()
                .put("username", ann.username().toUpperCase(java.util.Locale.ROOT))
                .put("password", "correct horse");

        assertThat(call("POST", "/api/auth/register", null, same).status()).isEqualTo(409);
        assertThat(call("POST", "/api/auth/login", null, same.put("password", ann.password()))
                        .text("userId"))
                .isEqualTo(ann.id());
    }

    @Test
    void whatHttpItselfRefusesIsAProblem() throws Exception {
        Person ann = node.world.register("ann");

        isProblem(
                raw(request("/api/conversations", ann).PUT(HttpRequest.BodyPublishers.noBody())),
                405,
                "method_not_allowed");
        isProblem(raw(request("/nowhere", ann).GET()), 404, "not_found");
        isProblem(raw(request("/sockjs/iframe.html", ann).GET()), 404, "not_found");
        isProblem(raw(request("/connect", ann).GET()), 426, "upgrade_required");
        isProblem(
                raw(request("/api/messages", ann)
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))),
                415,
                "unsupported_media_type");
        isProblem(raw(request("/api/users/%00%ff", ann).GET()), 404, "not_found");
        assertThat(raw(request("/api/auth/register", ann).DELETE()).headers().firstValue("allow"))
                .contains("POST");
    }

    @Test
    void headIsGetWithoutItsBody() throws Exception {
        HttpResponse<String> response = raw(HttpRequest.newBuilder(node.url().resolve("/health/live"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void addressThatCannotBeDecodedIsInvalid() throws Exception {
        Person ann = node.world.register("ann");
        for (String path : List.of("/api/users?username=%zz", "/api/users/%zz")) {
            try (Socket socket = new Socket("127.0.0.1", node.url().getPort())) {
                String request =
                        "GET " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer "
                                + ann.accessToken() + "\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(response).startsWith("HTTP/1.1 4").contains("application/problem+json");
            }
        }
    }

    @Test
    void bodiesAreBounded() throws Exception {
        Person ann = node.world.register("ann");
        String large = "{\"content\":\"" + "x".repeat(70 * 1024) + "\"}";
        String huge = "{\"conversations\":\"" + "x".repeat(3 * 1024 * 1024) + "\"}";

        isProblem(raw(post("/api/messages", ann, large)), 413, "too_large");
        isProblem(raw(post("/api/sync", ann, large)), 400, "invalid");
        try {
            assertThat(raw(post("/api/sync", ann, huge)).statusCode()).isEqualTo(413);
        } catch (java.io.IOException e) {
            // Closed while it was still sending: what a sender of megabytes has to expect.
        }
        isProblem(
                raw(post("/api/messages", ann, "{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")),
                400,
                "invalid");
        isProblem(raw(post("/api/messages", ann, "")), 400, "invalid");
        assertThat(raw(post("/api/messages", ann, "{}").header("Idempotency-Key", "not a key"))
                        .body())
                .contains("Idempotency-Key");
    }

    private static HttpRequest.Builder post(String path, Person caller, String body) {
        return request(path, caller)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    @Test
    void idempotencyKeyMayBeQuotedAndMustNotContradictTheBody() {
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        ObjectNode body = Wire.object()
                .put("conversationId", chat)
                .put("messageType", "text")
                .put("content", "hello");
        Answer first = node.world
                .api()
                .send(0, "POST", "/api/messages", ann.accessToken(), body, Map.of("Idempotency-Key", "\"the-key\""))
                .join();
        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        assertThat(first.text("clientMessageId")).isEqualTo("the-key");
        Answer contradiction = node.world
                .api()
                .send(
                        0,
                        "POST",
                        "/api/messages",
                        ann.accessToken(),
                        body.deepCopy().put("clientMessageId", "another"),
                        Map.of("Idempotency-Key", "the-key"))
                .join();
        assertThat(contradiction.body().path("errors").has("clientMessageId")).isTrue();
        assertThat(ann.post("/api/messages", body).status())
                .as("without an id it gets one")
                .isEqualTo(201);
    }

    @Test
    void membersComeInPages() {
        Person ann = node.world.register("ann");
        List<Person> others =
                IntStream.range(0, 4).mapToObj(i -> node.world.register("m")).toList();
        String group = ann.group("paged", others.toArray(Person[]::new));
        Answer first = ann.get("/api/conversations/" + group + "/members?limit=3");
        Answer second = ann.get("/api/conversations/" + group + "/members?limit=3&cursor=" + first.text("nextCursor"));

        assertThat(first.body().path("items")).hasSize(3);
        assertThat(second.body().path("items")).hasSize(2);
        assertThat(second.body().path("nextCursor").isNull()).isTrue();
    }

    @Test
    void conversationListComesInPages() {
        Person ann = node.world.register("ann");
        IntStream.range(0, 5).forEach(i -> ann.group("group " + i));
        Answer first = ann.get("/api/conversations?limit=3");
        Answer second = ann.get("/api/conversations?limit=3&cursor=" + first.text("nextCursor"));

        assertThat(first.body().path("items")).hasSize(3);
        assertThat(second.body().path("items")).hasSize(2);
        assertThat(second.body().path("nextCursor").isNull()).isTrue();
        assertThat(first.body().path("items").findValuesAsText("conversationId"))
                .doesNotContainAnyElementsOf(second.body().path("items").findValuesAsText("conversationId"));
    }

    @Test
    void aHelloThatIsRefusedIsToldWithItsRequestId() {
        RawConnection phone = RawConnection.open(node.world, 0, null);
        phone.send(Wire.frame("hello")
                .put("requestId", "r1")
                .put("deviceId", "phone")
                .put("token", "no.good.token"));

        assertThat(phone.answerTo("r1").path("code").asText()).isEqualTo("unauthenticated");
        phone.isClosedWith(4401);
    }

    @Test
    void pagesEndAtTheirBytesAndTheNextOnesHaveTheRest() {
        Person ann = node.world.register("ann");
        String content = "x".repeat(60_000);
        List<String> chats = IntStream.range(0, 20)
                .mapToObj(i -> ann.group("group " + i))
                .sorted()
                .toList();
        chats.forEach(chat -> ann.send(chat, "large-" + chat, content));
        String first = chats.get(0);
        IntStream.range(0, 40).forEach(i -> ann.send(first, "large-" + i, content));

        assertThat(ann.get("/api/conversations?limit=99999999999999999999").status())
                .as("above 200 counts as 200")
                .isEqualTo(200);
        List<String> listed = pages(ann, "/api/conversations?limit=200", "conversationId");
        assertThat(listed).containsExactlyInAnyOrderElementsOf(chats);
        List<String> events = pages(ann, "/api/conversations/" + first + "/messages?limit=200", "seq");
        assertThat(events).hasSize(42).doesNotHaveDuplicates();
        assertThat(ann.historyBackwards(first, 200)).hasSize(42);
        assertThat(ann.history(first, 200)).hasSize(42);
    }

    /** More than one, and none larger than what is said. */
    private static List<String> pages(Person person, String path, String field) {
        List<String> found = new ArrayList<>();
        String cursor = "";
        int count = 0;
        do {
            Answer page = person.get(path + cursor);
            assertThat(page.status()).as(page.toString()).isEqualTo(200);
            assertThat(page.body().toString().length()).isLessThan(1024 * 1024 + 64 * 1024);
            page.body().path("items").forEach(item -> found.add(item.path(field).asText()));
            cursor = page.body().path("nextCursor").isNull() ? "" : "&cursor=" + page.text("nextCursor");
            count++;
        } while (!cursor.isEmpty());
        assertThat(count).isGreaterThan(1);
        return found;
    }

    @Test
    void membersHaveToExistAndADirectConversationHasTwo() {
        Person ann = node.world.register("ann");
        ObjectNode body = Wire.object().put("type", "group");
        body.putArray("memberIds").add("0123456789abcdef0123456789abcdef");
        assertThat(ann.post("/api/conversations", body).body().path("errors").has("memberIds"))
                .isTrue();
        ObjectNode alone = Wire.object().put("type", "direct");
        alone.putArray("memberIds").add(ann.id());
        assertThat(ann.post("/api/conversations", alone).body().path("errors").has("memberIds"))
                .isTrue();
    }

    @Test
    void removedDeviceIsDisconnectedAndItsInboxDropped() {
        Person ann = node.world.register("ann");
        RawConnection phone = ann.connect().hello("phone");
        assertThat(ann.get("/api/devices").body().path("items").findValuesAsText("deviceId"))
                .containsExactly("phone");

        assertThat(ann.call("DELETE", "/api/devices/phone", null).status()).isEqualTo(204);

        phone.isClosedWith(4401);
        assertThat(ann.get("/api/devices").body().path("items")).isEmpty();
    }

    @Test
    void acknowledgedEventsAreNotSentAgainAndTheOthersAre() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection laptop = bob.connect().hello("laptop");
        ann.send(chat, "one");
        String first = laptop.await("message_created").path("deliveryId").asText();
        ann.send(chat, "two");
        laptop.await("message_created", event -> event.path("content").asText().equals("two"));
        laptop.send(Wire.frame("message_ack").put("upTo", first));
        laptop.send(Wire.frame("message_ack").put("upTo", "nonsense").put("requestId", "bad"));
        assertThat(laptop.answerTo("bad").path("code").asText()).isEqualTo("invalid");
        laptop.close();

        org.awaitility.Awaitility.await().untilAsserted(() -> {
            RawConnection again = bob.connect().hello("laptop");
            again.await("synced");
            assertThat(again.all("message_created"))
                    .extracting(event -> event.path("content").asText())
                    .containsExactly("two");
        });
    }

    @Test
    void slowConsumerIsServedFromItsStreamWhenItReadsAgain() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection laptop = bob.connect().hello("laptop");
        laptop.pause();
        RawConnection phone = ann.connect().hello("phone");
        String content = "x".repeat(30_000);
        for (int i = 0; i < 400; i++) {
            phone.sendMessage(chat, "n" + i, i + content);
            if (i % 50 == 49) {
                phone.answerTo("n" + i);
            }
        }
        laptop.resume();

        laptop.await(
                "message_created",
                event -> event.path("clientMessageId").asText().equals("n399"));
        assertThat(laptop.all("message_created"))
                .extracting(event -> event.path("clientMessageId").asText())
                .containsExactlyElementsOf(
                        IntStream.range(0, 400).mapToObj(i -> "n" + i).toList());
    }

    @Test
    void floodOfPingsAndSendsIsAnsweredInOrder() {
        Person ann = node.world.register("ann");
        String chat = ann.directWith(node.world.register("bob"));
        RawConnection phone = ann.connect();
        phone.send(Wire.frame("hello").put("deviceId", "phone"));
        for (int i = 0; i < 300; i++) {
            phone.sendMessage(chat, "n" + i, "number " + i);
            phone.send(Wire.frame("ping"));
        }
        for (int i = 0; i < 300; i++) {
            assertThat(phone.answerTo("n" + i).path("eventType").asText()).isEqualTo("message_sent");
        }
        assertThat(ann.history(chat).stream().filter(event -> event.isMessage()).map(event -> event.content()))
                .containsExactlyElementsOf(
                        IntStream.range(0, 300).mapToObj(i -> "number " + i).toList());
    }
}
