package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class ErrorsIT {
    @Test
    void withoutATokenEveryCallButAFewIsUnauthenticated(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        JsonNode body = Wire.object();
        for (String call : List.of(
                "GET /api/users/" + ann.id(),
                "GET /api/users?username=" + ann.username(),
                "POST /api/conversations",
                "GET /api/conversations",
                "GET /api/conversations/" + chat,
                "PATCH /api/conversations/" + chat,
                "POST /api/conversations/" + chat + "/members",
                "DELETE /api/conversations/" + chat + "/members/" + ann.id(),
                "PATCH /api/conversations/" + chat + "/members/" + ann.id(),
                "POST /api/messages",
                "GET /api/conversations/" + chat + "/messages",
                "POST /api/conversations/" + chat + "/read",
                "POST /api/sync",
                "PUT /api/devices/phone",
                "GET /api/devices",
                "DELETE /api/devices/phone")) {
            String[] parts = call.split(" ");
            for (String token : new String[] {null, "nonsense", ann.accessToken() + "x"}) {
                Answer answer = world.api().call(0, parts[0], parts[1], token, parts[0].equals("GET") ? null : body);
                isProblem(answer, 401, "unauthenticated");
            }
        }
    }

    @Test
    void whatIsNotThereIsNotFound(ClientWorld world) {
        Person ann = world.register("ann");
        String nowhere = "0123456789abcdef0123456789abcdef";
        isProblem(ann.conversation(nowhere), 404, "not_found");
        isProblem(ann.messages(nowhere, ""), 404, "not_found");
        isProblem(ann.get("/api/users/" + nowhere), 404, "not_found");
        isProblem(ann.get("/api/no-such-thing"), 404, "not_found");
    }

    @Test
    void whatIsWrongIsNamedFieldByField(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        invalid(ann.post("/api/messages", Wire.object().put("conversationId", chat)), "messageType");
        invalid(ann.send(chat, "has spaces", "x"), "clientMessageId");
        invalid(ann.post("/api/conversations", Wire.object().put("type", "party")), "type");
        invalid(ann.messages(chat, "?limit=0"), "limit");
        invalid(ann.messages(chat, "?after=x"), "after");
        invalid(ann.post("/api/conversations/" + chat + "/read", Wire.object().put("seq", "x")), "seq");
        JsonNode badName = Wire.object().put("username", "x y").put("password", "correct horse");
        invalid(world.api().call(0, "POST", "/api/auth/register", null, badName), "username");
        JsonNode weak = Wire.object().put("username", world.name("weak")).put("password", "x");
        invalid(world.api().call(0, "POST", "/api/auth/register", null, weak), "password");
    }

    @Test
    void aBodyThatIsNoJsonObjectIsInvalid(ClientWorld world, io.meridian.testing.Cluster cluster) throws Exception {
        Person ann = world.register("ann");
        isProblem(ann.post("/api/messages", TextNode.valueOf("text")), 400, "invalid");
        isProblem(ann.post("/api/messages", Wire.object().arrayNode()), 400, "invalid");
        HttpRequest request = HttpRequest.newBuilder(URI.create(cluster.urls().get(0) + "/api/messages"))
                .header("Authorization", "Bearer " + ann.accessToken())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"conversationId\": "))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
    }

    @Test
    void whatIsTooLargeIsTooLarge(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        isProblem(ann.send(chat, "huge", "x".repeat(200_000)), 413, "too_large");
    }

    @Test
    void aTakenNameIsAConflictAndAWrongPasswordIsUnauthenticated(ClientWorld world) {
        Person ann = world.register("ann");
        JsonNode same = Wire.object().put("username", ann.username()).put("password", "another password");
        isProblem(world.api().call(1, "POST", "/api/auth/register", null, same), 409, "conflict");
        isProblem(world.api().call(1, "POST", "/api/auth/login", null, same), 401, "unauthenticated");
        JsonNode nobody = Wire.object().put("username", world.name("nobody")).put("password", "another password");
        Answer unknown = world.api().call(0, "POST", "/api/auth/login", null, nobody);
        isProblem(unknown, 401, "unauthenticated");
        assertThat(unknown.text("detail"))
                .as("whether the name exists is not told")
                .isEqualTo(world.api()
                        .call(0, "POST", "/api/auth/login", null, same)
                        .text("detail"));
        isProblem(
                world.api()
                        .call(
                                0,
                                "POST",
                                "/api/auth/refresh",
                                null,
                                Wire.object().put("refreshToken", "nonsense")),
                401,
                "unauthenticated");
    }

    @Test
    void whoMayNotIsForbidden(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String group = ann.group("rights", bob);
        isProblem(bob.removeMember(group, ann), 403, "forbidden");
        isProblem(bob.changeRole(group, bob, "owner"), 403, "forbidden");
    }

    @Test
    void healthIsOpenAndNamesWhatANodeNeeds(ClientWorld world) {
        for (int node = 0; node < 2; node++) {
            assertThat(world.api().call(node, "GET", "/health/live", null, null).status())
                    .isEqualTo(200);
            Answer ready = world.api().call(node, "GET", "/health/ready", null, null);
            assertThat(ready.status()).isEqualTo(200);
            assertThat(ready.body().toString())
                    .contains("kafka")
                    .contains("cassandra")
                    .contains("redis")
                    .contains("sequencer")
                    .contains("delivery");
        }
    }

    @Test
    void theKeysOfTheTokensArePublished(ClientWorld world) {
        Person ann = world.register("ann");
        String header = new String(
                java.util.Base64.getUrlDecoder().decode(ann.accessToken().split("\\.")[0]),
                java.nio.charset.StandardCharsets.UTF_8);
        String kid = Wire.parse(header).path("kid").asText();
        Answer keys = world.api()
                .send(1, "GET", "/.well-known/jwks.json", null, null, Map.of())
                .join();
        assertThat(keys.status()).isEqualTo(200);
        assertThat(keys.body().path("keys").findValuesAsText("kid")).contains(kid);
        assertThat(keys.body().toString()).as("no private part").doesNotContain("\"d\"");
    }

    private static void invalid(Answer answer, String field) {
        isProblem(answer, 400, "invalid");
        assertThat(answer.body().path("errors").path(field).asText())
                .as(answer.toString())
                .isNotEmpty();
    }

    static void isProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.text("code")).isEqualTo(code);
        assertThat(answer.body().path("status").asInt()).isEqualTo(status);
        for (String field : List.of("type", "title", "detail")) {
            assertThat(answer.text(field)).as(field).isNotEmpty();
        }
    }
}
