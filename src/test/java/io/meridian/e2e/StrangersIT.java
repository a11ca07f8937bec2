package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every call and every frame, for everyone who has no business there. */
@ExtendWith(RunningRegion.class)
class StrangersIT {
    private static final int MANY = 1_000;
    private static final String NOWHERE = "0123456789abcdef0123456789abcdef";
    private static final String SECRET = "the secret recipe";

    private enum Kind {
        /** For everybody. */
        OPEN,
        /** The caller's own things only. */
        OWN,
        /** Of the conversation that its path or body names. */
        CONVERSATION
    }

    private record Route(Kind kind, String method, String path, ObjectNode body) {
        Route in(String chat, String user) {
            String text =
                    body == null ? null : body.toString().replace("CHAT", chat).replace("USER", user);
            return new Route(
                    kind,
                    method,
                    path.replace("CHAT", chat).replace("USER", user),
                    text == null ? null : (ObjectNode) Wire.parse(text));
        }

        Answer by(Person person) {
            return person.call(method, path, body);
        }
    }

    private static final String CHAT = "/api/conversations/CHAT";

    private static List<Route> routes() {
        ObjectNode add = Wire.object().put("clientMessageId", "add");
        add.putArray("memberIds").add("USER");
        ObjectNode sync = Wire.object().put("deviceId", "spy");
        sync.putObject("conversations").put("CHAT", 0);
        ObjectNode send = Wire.object()
                .put("conversationId", "CHAT")
                .put("clientMessageId", "m")
                .put("messageType", "text")
                .put("content", "let me in");
        ObjectNode direct = Wire.object().put("type", "direct");
        direct.putArray("memberIds").add("USER");
        return List.of(
                new Route(Kind.OPEN, "POST", "/api/auth/register", Wire.object()),
                new Route(Kind.OPEN, "POST", "/api/auth/login", Wire.object()),
                new Route(Kind.OPEN, "POST", "/api/auth/refresh", Wire.object()),
                new Route(Kind.OPEN, "GET", "/.well-known/jwks.json", null),
                new Route(Kind.OPEN, "GET", "/health/live", null),
                new Route(Kind.OPEN, "GET", "/health/ready", null),
                new Route(Kind.OWN, "POST", "/api/auth/logout", Wire.object().put("refreshToken", "x")),
                new Route(Kind.OWN, "GET", "/api/users/USER", null),
                new Route(Kind.OWN, "GET", "/api/users?username=x", null),
                new Route(Kind.OWN, "POST", "/api/conversations", direct),
                new Route(Kind.OWN, "GET", "/api/conversations", null),
                new Route(Kind.OWN, "POST", "/api/sync", sync),
                new Route(Kind.OWN, "PUT", "/api/devices/spy", Wire.object()),
                new Route(Kind.OWN, "GET", "/api/devices", null),
                new Route(Kind.OWN, "DELETE", "/api/devices/phone", null),
                new Route(Kind.CONVERSATION, "GET", CHAT, null),
                new Route(Kind.CONVERSATION, "PATCH", CHAT, Wire.object().put("title", "mine")),
                new Route(Kind.CONVERSATION, "GET", CHAT + "/members", null),
                new Route(Kind.CONVERSATION, "POST", CHAT + "/members", add),
                new Route(Kind.CONVERSATION, "DELETE", CHAT + "/members/USER", null),
                new Route(
                        Kind.CONVERSATION,
                        "PATCH",
                        CHAT + "/members/USER",
                        Wire.object().put("role", "owner")),
                new Route(Kind.CONVERSATION, "POST", "/api/messages", send),
                new Route(Kind.CONVERSATION, "GET", CHAT + "/messages", null),
                new Route(
                        Kind.CONVERSATION, "POST", CHAT + "/read", Wire.object().put("seq", 1)));
    }

    /** Who mounts one more has to say here what it is to strangers. */
    @Test
    void theTableHasEveryRoute() throws IOException {
        Pattern mounted = Pattern.compile("api\\.(route|open|pages|free)\\(\\s*HttpMethod\\.");
        long found = 0;
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java/io/meridian"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                found += mounted.matcher(Files.readString(source)).results().count();
            }
        }
        assertThat(found).isEqualTo(routes().size());
    }

    @Test
    void withoutATokenOnlyWhatIsOpenIsOpen(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.group("t");
        for (Route template : routes()) {
            Route route = template.in(chat, ann.id());
            Answer answer = world.api().call(0, route.method(), route.path(), null, route.body());
            if (route.kind() == Kind.OPEN) {
                assertThat(answer.text("code")).as(route.toString()).isIn("", "invalid");
            } else {
                ErrorsIT.isProblem(answer, 401, "unauthenticated");
            }
        }
    }

    /** A stranger is told of a conversation what is told of one that does not exist: word by word. */
    @Test
    void toAStrangerAConversationIsNotThere(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        Person eve = world.register("eve", 1);
        for (String chat :
                List.of(ann.directWith(bob), ann.group("secret title", bob), ann.channel("secret title", bob))) {
            ann.send(chat, SECRET);
            for (Route route : routes()) {
                if (route.kind() == Kind.CONVERSATION) {
                    Answer there = route.in(chat, bob.id()).by(eve);
                    Answer nowhere = route.in(NOWHERE, bob.id()).by(eve);
                    ErrorsIT.isProblem(there, 404, "not_found");
                    assertThat(there.body()).as(route.toString()).isEqualTo(nowhere.body());
                }
            }
            assertThat(ann.history(chat)).as("nothing came of it").hasSize(2);
        }
        assertThat(eve.conversations()).isEmpty();
    }

    @Test
    void toAStrangersFramesAConversationIsNotThere(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        RawConnection spy = world.register("eve", 1).connect().hello("spy");
        int request = 0;
        for (String chat : List.of(ann.directWith(bob), ann.group("t", bob), ann.channel("t", bob))) {
            long seq = ann.send(chat, SECRET).number("seq");
            for (String type : List.of("message_send", "message_read")) {
                String there = "there-" + ++request;
                String nowhere = "nowhere-" + request;
                spy.send(frame(type, chat, there, seq));
                spy.send(frame(type, NOWHERE, nowhere, seq));
                assertThat(spy.answerTo(there).path("code").asText()).as(type).isEqualTo("not_found");
                assertThat(spy.answerTo(there).path("detail"))
                        .isEqualTo(spy.answerTo(nowhere).path("detail"));
            }
            for (String type :
                    List.of("message_edit", "message_delete", "reaction_add", "reaction_remove", "typing_start")) {
                String id = type + "-" + ++request;
                spy.send(frame(type, chat, id, seq));
                assertThat(spy.answerTo(id).path("code").asText()).as(type).isIn("not_found", "unknown_event_type");
            }
        }
        assertThat(spy.frames().toString()).doesNotContain(SECRET);
    }

    @Test
    void aThousandFramesOfAStrangerAreEachRefused(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        long seq = ann.send(chat, SECRET).number("seq");
        RawConnection spy = world.register("eve", 1).connect().hello("spy");
        for (int i = 0; i < MANY; i++) {
            spy.send(frame("message_send", chat, "send-" + i, seq));
            spy.send(frame("message_read", chat, "read-" + i, seq));
        }
        for (int i = 0; i < MANY; i++) {
            assertThat(spy.answerTo("send-" + i).path("code").asText()).isEqualTo("not_found");
            assertThat(spy.answerTo("read-" + i).path("code").asText()).isEqualTo("not_found");
        }
        assertThat(spy.frames().toString()).doesNotContain(SECRET);
        assertThat(ann.history(chat)).as("nothing came of it").hasSize(2);
    }

    private static ObjectNode frame(String type, String chat, String id, long seq) {
        return Wire.frame(type)
                .put("requestId", id)
                .put("conversationId", chat)
                .put("clientMessageId", id)
                .put("messageId", NOWHERE)
                .put("messageType", "text")
                .put("emoji", "x")
                .put("content", "x")
                .put("seq", seq);
    }

    @Test
    void formerMembersAndWhoIsNotYetOneLearnNothingAndChangeNothing(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        for (String type : List.of("group", "channel")) {
            Person former = world.register("former", 1);
            String chat = type.equals("group") ? ann.group("t", bob, former) : ann.channel("t", bob, former);
            assertThat(ann.removeMember(chat, former).status()).isEqualTo(204);
            ann.send(chat, SECRET);
            int before = ann.history(chat).size();
            for (Route route : routes()) {
                if (route.kind() == Kind.CONVERSATION) {
                    Answer answer = route.in(chat, bob.id()).by(former);
                    assertThat(answer.body().toString()).doesNotContain(SECRET);
                    boolean mayReadItsOwnTime =
                            route.path().endsWith("/messages") || route.path().endsWith("/read");
                    if (!mayReadItsOwnTime || route.path().equals("/api/messages")) {
                        assertThat(answer.text("code")).as(route + " " + answer).isIn("not_a_member", "not_found");
                    }
                }
            }
            Person later = world.register("later", 1);
            assertThat(later.messages(chat, "").status()).isEqualTo(404);
            ann.addMember(chat, later);
            if (type.equals("group")) {
                assertThat(later.messages(chat, "?after=0").body().toString()).doesNotContain(SECRET);
            }
            assertThat(ann.history(chat)).as(type).hasSize(before + 1);
        }
    }

    @Test
    void othersCursorsDevicesAndTokensOpenNothing(ClientWorld world) {
        Person ann = world.register("ann");
        Person eve = world.register("eve", 1);
        ann.group("one");
        ann.group("two");
        RawConnection phone = ann.connect().hello("phone");
        String cursor = ann.get("/api/conversations?limit=1").text("nextCursor");
        assertThat(cursor).isNotEmpty();
        assertThat(eve.get("/api/conversations?cursor=" + cursor).body().path("items"))
                .isEmpty();
        assertThat(eve.call("DELETE", "/api/devices/phone", null).status()).isEqualTo(204);
        assertThat(eve.post("/api/auth/logout", Wire.object().put("refreshToken", ann.refreshToken()))
                        .status())
                .isEqualTo(204);
        phone.send(Wire.frame("ping"));
        phone.await("pong");
        ObjectNode refresh = Wire.object().put("refreshToken", ann.refreshToken());
        assertThat(world.api()
                        .call(0, "POST", "/api/auth/refresh", null, refresh)
                        .status())
                .as("still ann's")
                .isEqualTo(200);
        RawConnection two = RawConnection.open(world, 0, eve.accessToken());
        two.send(Wire.frame("hello").put("deviceId", "d").put("token", ann.accessToken()));
        two.isClosedWith(4401);
        assertThat(ann.call("DELETE", "/api/devices/phone", null).status()).isEqualTo(204);
        phone.isClosedWith(4401);
        assertThat(Set.of(ann.get("/api/devices").body().path("items").size())).containsExactly(0);
    }
}
