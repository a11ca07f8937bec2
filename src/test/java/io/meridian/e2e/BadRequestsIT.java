package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.Fuzz;
import io.meridian.testing.NodeWatch;
import io.meridian.testing.Person;
import io.meridian.testing.RawSocket;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies, queries and bytes that no HTTP client should send. */
@ExtendWith(RunningRegion.class)
class BadRequestsIT {
    private static final int MANY = 1_000;
    private static final long BOUND_MS = 15_000;
    private static final String HOST = "Host: node\r\n";
    private static final String NEXT = "GET /health/live HTTP/1.1\r\n" + HOST + "\r\n";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private record Target(String method, String path, ObjectNode body) {}

    @Test
    void aThousandMutatedBodiesAreEachAnsweredWithAProblemOrDone(ClientWorld world, Cluster cluster) throws Exception {
        Person eve = world.register("eve");
        Person bob = world.register("bob", 1);
        String chat = eve.group("fuzzed", bob);
        List<Target> targets = targets(chat, bob);
        NodeWatch watch = new NodeWatch(cluster);
        Fuzz fuzz = new Fuzz(world.random("bodies"));
        for (int i = 0; i < MANY; i++) {
            Target target = targets.get(i % targets.size());
            byte[] bad = fuzz.mutated(target.body());
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(cluster.urls().get(i % 2) + target.path()))
                            .timeout(Duration.ofMillis(BOUND_MS))
                            .header("Authorization", "Bearer " + eve.accessToken())
                            .header("Content-Type", "application/json")
                            .method(target.method(), HttpRequest.BodyPublishers.ofByteArray(bad))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            isGoodAnswer(target.method() + " " + target.path(), response);
        }
        assertThat(eve.send(chat, "and it serves on").isSuccess()).isTrue();
        watch.isUnharmed(eve.accessToken(), eve.refreshToken(), eve.password());
    }

    private static List<Target> targets(String chat, Person bob) {
        String one = "/api/conversations/" + chat;
        ObjectNode create = Wire.object().put("type", "group").put("title", "t").put("clientMessageId", "c1");
        create.putArray("memberIds").add(bob.id());
        ObjectNode add = Wire.object().put("clientMessageId", "a1");
        add.putArray("memberIds").add(bob.id());
        ObjectNode sync = Wire.object().put("deviceId", "fuzzed").put("cursor", "c3luYzowOiA");
        sync.putObject("conversations").put(chat, 1);
        ObjectNode send = Wire.object()
                .put("conversationId", chat)
                .put("clientMessageId", "m1")
                .put("messageType", "text")
                .put("content", "x");
        return List.of(
                new Target("POST", "/api/messages", send),
                new Target("POST", "/api/conversations", create),
                new Target("POST", "/api/sync", sync),
                new Target("POST", one + "/members", add),
                new Target("PATCH", one, Wire.object().put("title", "other").put("clientMessageId", "t1")),
                new Target("PATCH", one + "/members/" + bob.id(), Wire.object().put("role", "admin")),
                new Target("POST", one + "/read", Wire.object().put("seq", 1).put("lastReadMessageId", "m")),
                new Target(
                        "PUT",
                        "/api/devices/fuzzed",
                        Wire.object().put("platform", "p").put("pushToken", "t")),
                new Target(
                        "POST",
                        "/api/auth/refresh",
                        Wire.object().put("refreshToken", "a".repeat(32) + "." + "b".repeat(43))),
                new Target("POST", "/api/auth/logout", Wire.object().put("refreshToken", "x")),
                new Target(
                        "POST",
                        "/api/auth/register",
                        Wire.object().put("username", "a\nb").put("password", "short")));
    }

    @Test
    void queriesAndPathsThatMeanNothingAreInvalidOrNotFound(ClientWorld world, Cluster cluster) throws Exception {
        Person eve = world.register("eve");
        String chat = eve.group("queried", world.register("bob"));
        NodeWatch watch = new NodeWatch(cluster);
        List<String> values = List.of(
                "",
                "-1",
                "0",
                "abc",
                "1e9",
                "99999999999999999999",
                "%00",
                "%0d%0aforged",
                "%ff%fe",
                "%F0%9F%98%80",
                "null",
                "1%2C2",
                "x".repeat(3_000),
                "c3luYzowOiA",
                "bmFtZTph",
                "YmVmb3JlOjE",
                "..%2f..%2fetc%2fpasswd");
        for (String path : List.of(
                "/api/conversations?limit=%s",
                "/api/conversations?cursor=%s",
                "/api/conversations/" + chat + "/messages?limit=%s",
                "/api/conversations/" + chat + "/messages?before=%s",
                "/api/conversations/" + chat + "/messages?after=%s",
                "/api/conversations/" + chat + "/messages?cursor=%s",
                "/api/conversations/" + chat + "/members?cursor=%s",
                "/api/users?username=%s",
                "/api/users/%s",
                "/api/conversations/%s",
                "/api/conversations/%s/messages",
                "/api/devices/%s")) {
            for (String value : values) {
                String target = path.replace("%s", value);
                HttpResponse<String> response = http.send(
                        HttpRequest.newBuilder(URI.create(cluster.urls().get(0) + target))
                                .timeout(Duration.ofMillis(BOUND_MS))
                                .header("Authorization", "Bearer " + eve.accessToken())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                isGoodAnswer(target, response);
            }
        }
        for (String key : List.of("has spaces", "x".repeat(65), "\"", "a/b", "${x}")) {
            assertThat(eve.changeTitle(chat, "t", key).text("code")).as(key).isEqualTo("invalid");
        }
        // by hand: no client puts such bytes into a header. One of Latin 1, and the two that UTF-8 makes of it.
        for (String key : List.of("é", "Ã©")) {
            try (RawSocket wire = new RawSocket(cluster.urls().get(0))) {
                wire.send("PATCH /api/conversations/" + chat + " HTTP/1.1\r\n" + HOST + "Authorization: Bearer "
                        + eve.accessToken() + "\r\nIdempotency-Key: " + key
                        + "\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"title\":\"t\"}");
                assertThat(wire.awaited("\"invalid\"", BOUND_MS))
                        .as(wire.text())
                        .isTrue();
                assertThat(wire.text()).startsWith("HTTP/1.1 400 ").contains("Idempotency-Key");
            }
        }
        watch.isUnharmed(eve.accessToken());
    }

    private static void isGoodAnswer(String what, HttpResponse<String> response) {
        String shown = what + " → " + response.statusCode() + " " + response.body();
        assertThat(response.statusCode()).as(shown).isIn(200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 413);
        NodeWatch.tellsNothing(response.body().replaceAll("\"(node|region|home)\":\"[^\"]*\"", ""));
        if (response.statusCode() >= 400) {
            assertThat(response.headers().firstValue("content-type")).as(shown).contains("application/problem+json");
            JsonNode problem = Wire.parse(response.body());
            assertThat(problem.path("code").asText()).as(shown).isNotEmpty().isNotEqualTo("internal");
            assertThat(problem.path("detail").asText()).as(shown).isNotEmpty();
            assertThat(problem.path("errors").isObject()).as(shown).isEqualTo(response.statusCode() == 400);
        }
    }

    /** The status that each is answered with; 0: the connection is closed without an answer, and at once. */
    private static Map<String, Integer> wire(String token) {
        String post = "POST /api/messages HTTP/1.1\r\n" + HOST + "Authorization: Bearer " + token + "\r\n";
        String chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
        String upgrade = "GET /connect HTTP/1.1\r\n" + HOST + "Connection: Upgrade\r\nUpgrade: websocket\r\n";
        String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        Map<String, Integer> requests = new LinkedHashMap<>();
        requests.put("\0\1\2 nothing like it\r\n\r\n", 400);
        requests.put("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + "x".repeat(100) + "\r\n\r\n", 400);
        requests.put("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST + "\r\n", 414);
        requests.put("GET /health/live HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(20_000) + "\r\n\r\n", 431);
        requests.put("GET /health/live HTTP/1.1\r\n" + HOST + "X: a\r\n".repeat(5_000) + "\r\n", 431);
        requests.put("GET /health/live HTTP/1.1\r\n\r\n", 400);
        requests.put("GET /health/live HTTP/1.1\r\n" + HOST + HOST + "\r\n", 400);
        requests.put("GET /health/live HTTP/1.1\r\n" + HOST + "X Y: z\r\n\r\n", 400);
        requests.put("GET /health/live HTTP/1.1\r\n" + HOST + "X: a\0b\r\n\r\n", 400);
        requests.put("GET /health/live HTTP/9.9\r\n" + HOST + "\r\n", 501);
        requests.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501);
        requests.put("G T /health/live HTTP/1.1\r\n" + HOST + "\r\n", 400);
        requests.put("TRACE /health/live HTTP/1.1\r\n" + HOST + "\r\n", 405);
        requests.put("BREW /connect HTTP/1.1\r\n" + HOST + "\r\n", 405);
        requests.put("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n", 404);
        requests.put("CONNECT a:443 HTTP/1.1\r\n" + HOST + "\r\n", 404);
        requests.put("GET /api/../../etc/passwd HTTP/1.1\r\n" + HOST + "\r\n", 404);
        requests.put("GET /api/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + HOST + "\r\n", 404);
        requests.put("GET /health%2flive HTTP/1.1\r\n" + HOST + "\r\n", 404);
        requests.put("GET /api/users/%zz HTTP/1.1\r\n" + HOST + "\r\n", 400);
        requests.put(post + "Content-Length: -5\r\n\r\n{}", 400);
        requests.put(post + "Content-Length: x\r\n\r\n{}", 400);
        requests.put(post + "Content-Length: 99999999999999999999\r\n\r\n{}", 400);
        requests.put(post + "Content-Length: 999999999999\r\n\r\n{}", 413);
        requests.put(post + "Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}", 400);
        requests.put(post + "Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400);
        requests.put(post + "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400);
        requests.put(post + "Transfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400);
        requests.put(post + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415);
        requests.put(post + "Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}", 400);
        requests.put(chunked + "zz\r\n{}\r\n0\r\n\r\n", 0);
        requests.put(chunked + "-2\r\n{}\r\n0\r\n\r\n", 0);
        requests.put(chunked + "2\r\n{}XX0\r\n\r\n", 0);
        requests.put(chunked + "2;" + "a".repeat(20_000) + "\r\n{}\r\n0\r\n\r\n", 0);
        requests.put(upgrade + key + "Sec-WebSocket-Version: 99\r\n\r\n", 426);
        requests.put(upgrade + key + "Sec-WebSocket-Version: 8\r\n\r\n", 426);
        requests.put(upgrade + key + "\r\n", 426);
        requests.put(upgrade + "Sec-WebSocket-Version: 13\r\n\r\n", 400);
        requests.put(upgrade + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n", 400);
        requests.put(upgrade + key + "Sec-WebSocket-Version: 13\r\nContent-Length: 5000\r\n\r\nhello", 400);
        requests.put("GET /connect HTTP/1.1\r\n" + HOST + "\r\n", 426);
        return requests;
    }

    @Test
    void whatBreaksTheRulesOfHttpIsAnsweredAtOnceOrClosed(ClientWorld world, Cluster cluster) {
        Person eve = world.register("eve");
        NodeWatch watch = new NodeWatch(cluster);
        Map<String, Integer> requests = wire(eve.accessToken());
        int rounds = MANY / requests.size() + 1;
        for (int round = 0; round < rounds; round++) {
            URI node = cluster.urls().get(round % 2);
            requests.forEach((request, status) -> {
                String what = request.substring(0, Math.min(200, request.length()));
                try (RawSocket wire = new RawSocket(node)) {
                    wire.send(request);
                    if (status == 0) {
                        assertThat(wire.end(BOUND_MS)).as(what).isTrue();
                        return;
                    }
                    assertThat(wire.awaited("\r\n\r\n", BOUND_MS)).as(what).isTrue();
                    assertThat(wire.text()).as(what).matches("(?s)HTTP/\\d\\.\\d " + status + " .*");
                    if (status != 501) {
                        assertThat(wire.text()).as(what).contains("application/problem+json");
                    }
                    NodeWatch.tellsNothing(wire.text());
                }
            });
        }
        watch.isUnharmed(eve.accessToken());
    }

    @Test
    void nothingIsSmuggledBehindARequestThatCanBeReadInTwoWays(ClientWorld world, Cluster cluster) {
        String token = world.register("eve").accessToken();
        String post = "POST /api/messages HTTP/1.1\r\n" + HOST + "Authorization: Bearer " + token + "\r\n";
        for (String first : List.of(
                post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                post + "Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
                post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                post.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) {
            try (RawSocket wire = new RawSocket(cluster.urls().get(0))) {
                wire.send(first + NEXT);
                assertThat(wire.end(BOUND_MS)).as(first).isTrue();
                assertThat(wire.text())
                        .as(first)
                        .contains("HTTP/1.")
                        .doesNotContain(" 200 ")
                        .doesNotContain("\"up\"");
            }
        }
    }

    /** A refusal may come before its body; who goes on in an orderly way is served on the same connection. */
    @Test
    void aConnectionServesOnBehindARefusedBody(ClientWorld world, Cluster cluster) {
        String token = world.register("eve").accessToken();
        String body = "Content-Length: 500000\r\n\r\n" + "x".repeat(500_000);
        for (String first : List.of(
                "POST /api/messages HTTP/1.1\r\n" + HOST + body,
                "POST /api/messages HTTP/1.1\r\n" + HOST + "Authorization: Bearer " + token + "\r\n" + body,
                "POST /nowhere HTTP/1.1\r\n" + HOST + body,
                "POST /health/live HTTP/1.1\r\n" + HOST + body)) {
            try (RawSocket wire = new RawSocket(cluster.urls().get(0))) {
                wire.send(first + NEXT);
                assertThat(wire.awaited("\"up\"", BOUND_MS)).as(wire.text()).isTrue();
            }
        }
    }

    /** Who dawdles over a body is not waited for: not before an answer that waits for it, and not behind one that does not. */
    @Test
    void bodiesThatDoNotEndAreNotWaitedForForEver(ClientWorld world, Cluster cluster) {
        String token = world.register("eve").accessToken();
        String half = "Content-Length: 1000\r\n\r\n{";
        try (RawSocket refused = new RawSocket(cluster.urls().get(0));
                RawSocket slow = new RawSocket(cluster.urls().get(0))) {
            slow.send("POST /api/messages HTTP/1.1\r\n" + HOST + "Authorization: Bearer " + token + "\r\n" + half);
            refused.send("POST /api/messages HTTP/1.1\r\n" + HOST + half);
            assertThat(refused.awaited(" 401 ", BOUND_MS)).isTrue();
            assertThat(refused.end(BOUND_MS)).as("closed behind its answer").isTrue();
            assertThat(slow.awaited(" 400 ", 40_000)).as("30 s for a body").isTrue();
            assertThat(slow.end(BOUND_MS)).isTrue();
        }
    }

    @Test
    void whoGoesInTheMiddleOfABodyIsNobodysOutage(ClientWorld world, Cluster cluster) {
        String token = world.register("eve").accessToken();
        NodeWatch watch = new NodeWatch(cluster);
        for (int i = 0; i < MANY; i++) {
            try (RawSocket wire = new RawSocket(cluster.urls().get(i % 2))) {
                wire.send("POST /api/messages HTTP/1.1\r\n" + HOST + "Authorization: Bearer " + token
                        + "\r\nContent-Length: 100\r\n\r\n{\"a\":");
            }
        }
        watch.isUnharmed(token);
    }
}
