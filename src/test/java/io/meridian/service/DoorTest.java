package io.meridian.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.bus.OpenQuestion;
import io.meridian.message.ErrorCode;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Whatever comes to the door gets an answer, and only what is good gets in. */
class DoorTest {
    private static final int MAX_IN_FLIGHT = 3;

    private final List<Request> inside = new ArrayList<>();
    private final Door door = new Door(DoorTest::account, () -> "made-here", MAX_IN_FLIGHT);
    private final Function<OpenQuestion, Future<byte[]>> open = door.command(1_000, request -> {
        inside.add(request);
        request.body().check();
        return Future.succeededFuture(Json.MAPPER.createObjectNode().put("status", "done"));
    });

    private static Future<UserId> account(String token) {
        return "good".equals(token)
                ? Future.succeededFuture(new UserId("bot"))
                : Future.failedFuture(RefusedException.of(ErrorCode.UNAUTHENTICATED, "no good token"));
    }

    private static OpenQuestion question(String token, String json) {
        return new OpenQuestion(() -> json == null ? null : json.getBytes(StandardCharsets.UTF_8), token);
    }

    private static JsonObject answer(Future<byte[]> answer) {
        assertThat(answer.succeeded()).isTrue();
        return new JsonObject(new String(answer.result(), StandardCharsets.UTF_8));
    }

    private JsonObject ask(String token, String json) {
        return answer(open.apply(question(token, json)));
    }

    @Test
    void aGoodRequestGetsInAsItsAccount() {
        assertThat(ask("good", "{\"clientMessageId\":\"mine\"}").getString("status"))
                .isEqualTo("done");
        assertThat(inside.get(0).account()).isEqualTo(new UserId("bot"));
        assertThat(inside.get(0).id().value()).isEqualTo("mine");
    }

    @Test
    void theTokenIsInTheHeaderOrElseInTheBody() {
        assertThat(ask(null, "{\"token\":\"good\"}").getString("status")).isEqualTo("done");
        assertThat(ask("bad", "{\"token\":\"good\"}").getString("code")).isEqualTo("unauthenticated");
        assertThat(ask(null, "{\"token\":[\"good\"]}").getString("code")).isEqualTo("unauthenticated");
        assertThat(ask(null, "{}").getString("code")).isEqualTo("unauthenticated");
        assertThat(inside).hasSize(1);
    }

    @Test
    void aCommandWithoutAnIdIsGivenOneAndAWrongOneIsNamed() {
        ask("good", "{}");
        assertThat(inside.get(0).id().value()).isEqualTo("made-here");
        JsonObject refused = ask("good", "{\"clientMessageId\":\"has space\"}");
        assertThat(refused.getString("code")).isEqualTo("invalid");
        assertThat(refused.getJsonObject("errors").fieldNames()).containsExactly("clientMessageId");
    }

    @Test
    void whatIsNoObjectOrTooDeepOrTooLargeStaysOutside() {
        String deep = "{\"a\":".repeat(40) + "1" + "}".repeat(40);
        for (String json : new String[] {null, "", "[]", "7", "{", deep}) {
            JsonObject refused = ask("good", json);
            assertThat(refused.getString("code")).as(json).isEqualTo("invalid");
            assertThat(refused.getJsonObject("errors").fieldNames()).containsExactly("body");
        }
        JsonObject large = ask("good", "{\"content\":\"" + "x".repeat(1_000) + "\"}");
        assertThat(large.getString("code")).isEqualTo("too_large");
        assertThat(inside).isEmpty();
        assertThat(door.waiting()).isZero();
    }

    @Property
    void whateverItIsItIsAnswered(@ForAll String json, @ForAll String token) {
        assertThat(ask(token, json).getString("status")).isEqualTo("refused");
        assertThat(door.waiting()).isZero();
    }

    @Test
    void aMistakeOfOursIsAnsweredWithoutItsWords() {
        var throwing = door.command(1_000, request -> {
            throw new IllegalStateException("secret words");
        });
        JsonObject refused = answer(throwing.apply(question("good", "{}")));
        assertThat(refused.getString("code")).isIn("internal", "unavailable");
        assertThat(refused.encode()).doesNotContain("secret");
        assertThat(door.waiting()).isZero();
    }

    @Test
    void whatIsWorthAnotherTrySaysWhenAndUnderWhichId() {
        var out = door.command(1_000, request -> Future.failedFuture("an engine is out"));
        JsonObject refused = answer(out.apply(question("good", "{}")));
        assertThat(refused.getString("code")).isEqualTo("unavailable");
        assertThat(refused.getLong("retryAfterMs")).isPositive();
        assertThat(refused.getString("clientMessageId")).isEqualTo("made-here");
    }

    @Test
    void overTheBoundIsShedUnreadUntilSomethingIsAnswered() {
        List<Promise<com.fasterxml.jackson.databind.node.ObjectNode>> waiting = new ArrayList<>();
        var slow = door.command(1_000, request -> {
            waiting.add(Promise.promise());
            return waiting.get(waiting.size() - 1).future();
        });
        List<Future<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < MAX_IN_FLIGHT; i++) {
            answers.add(slow.apply(question("good", "{}")));
        }
        OpenQuestion unread = new OpenQuestion(
                () -> {
                    throw new AssertionError("what is shed is not decoded");
                },
                "good");
        JsonObject refused = answer(slow.apply(unread));
        assertThat(refused.getString("code")).isEqualTo("overloaded");
        assertThat(refused.getLong("retryAfterMs")).isPositive();

        waiting.get(0).complete(Json.MAPPER.createObjectNode().put("status", "done"));
        assertThat(ask("good", "{}").getString("status")).isEqualTo("done");
        assertThat(ask("bad", "{}").getString("code"))
                .as("who is refused leaves, too")
                .isEqualTo("unauthenticated");
        assertThat(door.waiting()).isEqualTo(MAX_IN_FLIGHT - 1);
    }
}
