package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Other people's conversations and devices are closed on every call and frame. */
@ExtendWith(RunningRegion.class)
class AuthorisationIT {
    private static final String SECRET = "the secret recipe";

    @Test
    void aStrangerIsRefusedOnEveryCallOfAConversation(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        Person eve = world.register("eve", 1);
        for (String chat :
                List.of(ann.directWith(bob), ann.group("secret title", bob), ann.channel("secret title", bob))) {
            Answer sent = ann.send(chat, SECRET);
            Map<String, Supplier<Answer>> calls = Map.of(
                    "read it", () -> eve.conversation(chat),
                    "its messages", () -> eve.messages(chat, ""),
                    "its messages after", () -> eve.messages(chat, "?after=0"),
                    "write", () -> eve.send(chat, "let me in"),
                    "mark read", () -> eve.read(chat, sent.number("seq")),
                    "title", () -> eve.changeTitle(chat, "mine"),
                    "add itself", () -> eve.addMember(chat, eve),
                    "remove", () -> eve.removeMember(chat, bob),
                    "role", () -> eve.changeRole(chat, eve, "owner"));
            calls.forEach((what, call) -> {
                Answer answer = call.get();
                assertThat(answer.status()).as(what + " " + answer).isIn(403, 404);
                assertThat(answer.text("code")).as(what).isIn("not_found", "not_a_member", "forbidden");
                assertThat(answer.body().toString()).doesNotContain(SECRET).doesNotContain("secret title");
            });
            assertThat(ann.history(chat)).as("nothing came of it").hasSize(2);
        }
        assertThat(eve.conversations()).isEmpty();
    }

    @Test
    void aStrangerIsRefusedOnEveryFrame(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        Person eve = world.register("eve", 1);
        String chat = ann.group("closed", bob);
        long seq = ann.send(chat, SECRET).number("seq");
        RawConnection spy = eve.connect().hello("spy");
        spy.sendMessage(chat, "m1", "let me in");
        assertThat(spy.answerTo("m1").path("code").asText()).isIn("not_found", "not_a_member");
        spy.send(Wire.frame("message_read").put("conversationId", chat).put("seq", seq));
        spy.await("error", frame -> !frame.hasNonNull("requestId"));
        ann.send(chat, "after");
        spy.send(Wire.frame("ping"));
        spy.await("pong");
        assertThat(spy.frames().toString()).doesNotContain(SECRET);
        assertThat(ann.history(chat)).hasSize(3);
    }

    @Test
    void aSyncGivesNothingOfConversationsOfOthers(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        Person eve = world.register("eve", 1);
        String chat = ann.group("closed", bob);
        ann.send(chat, SECRET);
        eve.connect().hello("spy");
        ObjectNode body = Wire.object().put("deviceId", "spy");
        body.putObject("conversations").put(chat, 0);
        Answer answer = eve.post("/api/sync", body);
        assertThat(answer.body().toString()).doesNotContain(SECRET).doesNotContain(chat);
    }

    @Test
    void aFormerMemberSeesNothingNewAndMayDoNothing(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String chat = ann.group("former", bob);
        ann.send(chat, "with bob");
        ann.removeMember(chat, bob);
        ann.send(chat, SECRET);
        ann.changeTitle(chat, "a new title");
        for (Supplier<Answer> call : List.<Supplier<Answer>>of(
                () -> bob.send(chat, "hello?"),
                () -> bob.changeTitle(chat, "mine"),
                () -> bob.addMember(chat, bob),
                () -> bob.changeRole(chat, bob, "owner"))) {
            assertThat(call.get().status()).as(call.get().toString()).isIn(403, 404);
        }
        assertThat(bob.messages(chat, "?after=0").body().toString()).doesNotContain(SECRET);
        assertThat(bob.messages(chat, "").body().toString()).doesNotContain(SECRET);
        assertThat(bob.conversation(chat).body().toString())
                .doesNotContain(SECRET)
                .doesNotContain("a new title");
        assertThat(bob.get("/api/conversations").body().toString())
                .doesNotContain(SECRET)
                .doesNotContain("a new title");
    }

    @Test
    void devicesAreEachUsersOwn(ClientWorld world) {
        Person ann = world.register("ann");
        Person eve = world.register("eve", 1);
        RawConnection phone = ann.connect().hello("phone");
        assertThat(ann.call("PUT", "/api/devices/phone", Wire.object().put("platform", "ios"))
                        .isSuccess())
                .isTrue();
        assertThat(eve.call("DELETE", "/api/devices/phone", null).status()).isIn(204, 404);
        assertThat(eve.get("/api/devices").body().path("items")).isEmpty();
        RawConnection namesake = eve.connect().hello("phone");
        phone.send(Wire.frame("ping"));
        phone.await("pong");
        assertThat(phone.closeCode()).isEmpty();
        assertThat(namesake.await("ready").path("userId").asText()).isEqualTo(eve.id());
        assertThat(ann.get("/api/devices").body().path("items").findValuesAsText("deviceId"))
                .containsExactly("phone");
    }

    @Test
    void aProfileTellsAStrangerNoMoreThanItsNames(ClientWorld world) {
        Person ann = world.register("ann");
        Person eve = world.register("eve", 1);
        Answer byId = eve.get("/api/users/" + ann.id());
        assertThat(byId.status()).isEqualTo(200);
        assertThat(byId.text("username")).isEqualTo(ann.username());
        assertThat(byId.body().fieldNames()).toIterable().containsOnly("userId", "username", "displayName");
        assertThat(eve.get("/api/users?username=" + ann.username()).body().toString())
                .contains(ann.id());
    }
}
