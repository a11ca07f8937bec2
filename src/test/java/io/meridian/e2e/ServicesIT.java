package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.meridian.auth.Keys;
import io.meridian.launch.ProcessKind;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.Person;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.ServiceProgram;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A program on the region's bus that shares nothing with Meridian but the bus. */
@ExtendWith(RunningRegion.class)
class ServicesIT {
    private static final String CREATE = "meridian.conversations.create";
    private static final String CONVERSATIONS = "meridian.conversations.list";
    private static final String ADD = "meridian.members.add";
    private static final String REMOVE = "meridian.members.remove";
    private static final String SEND = "meridian.messages.send";
    private static final String MESSAGES = "meridian.messages.list";
    private static final List<String> ALL = List.of(CREATE, CONVERSATIONS, ADD, REMOVE, SEND, MESSAGES);

    private static ServiceProgram service;

    @BeforeAll
    static void join(Cluster cluster) {
        service = ServiceProgram.join(
                Cluster.REGION,
                cluster.state().processes().stream()
                        .filter(process -> process.kind() == ProcessKind.NODE)
                        .map(process -> "127.0.0.1:" + process.ports().get("cluster"))
                        .toList());
    }

    @AfterAll
    static void leave() {
        service.close();
    }

    @Test
    void aServiceTalksWithAUserAndHearsTheAnswer(ClientWorld world) {
        Person bot = world.register("bot");
        Person ann = world.register("ann");
        JsonObject made = create(bot, "direct", ann);
        assertThat(made.getString("status")).as(made.encode()).isEqualTo("done");
        String chat = made.getString("conversationId");

        JsonObject sent = send(bot, chat, "s1", "Your parcel is here. Keep it?");
        assertThat(sent.getString("status")).as(sent.encode()).isEqualTo("sent");
        assertThat(sent.getLong("seq")).isGreaterThan(made.getLong("seq"));
        assertThat(sent.getLong("prevSeq")).isEqualTo(made.getLong("seq"));
        assertThat(sent.getLong("ordinal")).isEqualTo(1);
        assertThat(sent.getString("serverTimestamp")).endsWith("Z");
        assertThat(sent.getBoolean("duplicate")).isFalse();
        assertThat(ann.history(chat)).extracting(ChatEvent::seq).contains(sent.getLong("seq"));

        long answer = ann.send(chat, "yes").number("seq");
        service.awaitHeard(chat, answer);
        JsonObject head = service.heard(chat).stream()
                .filter(event -> event.getLong("seq") == answer)
                .findFirst()
                .orElseThrow();
        assertThat(head.getString("eventType")).isEqualTo("message_created");
        assertThat(head.getLong("prevSeq")).isEqualTo(sent.getLong("seq"));
        assertThat(head.getLong("ordinal")).isEqualTo(2);
        assertThat(head.encode())
                .as("what was said is for those who may read it")
                .doesNotContain("yes");

        JsonObject page = messages(bot, chat, head.getLong("prevSeq"));
        assertThat(contents(page)).containsExactly("yes");
        assertThat(page.getBoolean("more")).isFalse();
    }

    @Test
    void aRepetitionIsTheSameCommand(ClientWorld world) {
        Person bot = world.register("bot");
        Person ann = world.register("ann");
        JsonObject wanted = new JsonObject()
                .put("type", "group")
                .put("title", "once")
                .put("memberIds", new JsonArray().add(ann.id()))
                .put("clientMessageId", "g1");
        JsonObject first = service.ask(CREATE, bot.accessToken(), wanted);
        JsonObject again = service.ask(CREATE, bot.accessToken(), wanted);
        assertThat(again.getString("conversationId")).isEqualTo(first.getString("conversationId"));
        assertThat(again.getBoolean("duplicate")).isTrue();

        String group = first.getString("conversationId");
        JsonObject sent = send(bot, group, "m1", "hello");
        // By turns, so both nodes are asked.
        for (int i = 0; i < 4; i++) {
            JsonObject repeated = send(bot, group, "m1", "hello");
            assertThat(repeated.getBoolean("duplicate")).as(repeated.encode()).isTrue();
            assertThat(repeated.getLong("seq")).isEqualTo(sent.getLong("seq"));
            assertThat(repeated.getString("messageId")).isEqualTo(sent.getString("messageId"));
        }
        refused(send(bot, group, "m1", "something else"), "conflict");
    }

    @Test
    void aCommandWithoutAnIdIsGivenOne(ClientWorld world) {
        Person bot = world.register("bot");
        String group = create(bot, "group").getString("conversationId");
        JsonObject sent = service.ask(
                SEND,
                null,
                new JsonObject()
                        .put("token", bot.accessToken())
                        .put("conversationId", group)
                        .put("messageType", "text")
                        .put("content", "the token may be in the body")
                        .put("somethingOfTheFuture", new JsonObject().put("is", "ignored")));
        assertThat(sent.getString("status")).as(sent.encode()).isEqualTo("sent");
        JsonObject repeated = send(bot, group, sent.getString("clientMessageId"), "the token may be in the body");
        assertThat(repeated.getBoolean("duplicate")).isTrue();
    }

    @Test
    void membersComeAndGo(ClientWorld world) {
        Person bot = world.register("bot");
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        for (String type : List.of("group", "channel")) {
            String id = create(bot, type, ann).getString("conversationId");
            JsonObject members =
                    new JsonObject().put("conversationId", id).put("memberIds", new JsonArray().add(bob.id()));
            done(service.ask(ADD, bot.accessToken(), members));
            assertThat(bob.mayRead(id)).isTrue();
            JsonObject again = service.ask(ADD, bot.accessToken(), members);
            assertThat(done(again).getBoolean("duplicate")).as(again.encode()).isTrue();
            JsonObject one = new JsonObject().put("conversationId", id).put("userId", bob.id());
            done(service.ask(REMOVE, bot.accessToken(), one));
            assertThat(bob.send(id, "am I still here?").status()).isEqualTo(403);
        }
    }

    @Test
    void whatIsWrongIsNamedFieldByField(ClientWorld world) {
        Person bot = world.register("bot");
        String group = create(bot, "group").getString("conversationId");
        String token = bot.accessToken();
        invalid(service.ask(SEND, token, new JsonObject()), "conversationId", "messageType", "content");
        invalid(
                service.ask(
                        SEND,
                        token,
                        new JsonObject()
                                .put("conversationId", 7)
                                .put("clientMessageId", "has space")
                                .put("messageType", "song")
                                .put("content", new JsonArray())
                                .put("mentions", "ann")),
                "conversationId",
                "clientMessageId",
                "messageType",
                "content",
                "mentions");
        invalid(service.ask(CREATE, token, new JsonObject().put("type", "party")), "type", "memberIds");
        invalid(create(bot, "direct"), "memberIds");
        invalid(
                service.ask(
                        CREATE,
                        token,
                        new JsonObject()
                                .put("type", "group")
                                .put("title", " ")
                                .put("memberIds", new JsonArray().add("nobody-has-this-id"))),
                "title");
        invalid(
                service.ask(
                        CREATE,
                        token,
                        new JsonObject()
                                .put("type", "group")
                                .put("memberIds", new JsonArray().add("nobody-has-this-id"))),
                "memberIds");
        invalid(service.ask(ADD, token, new JsonObject()), "conversationId", "memberIds");
        invalid(service.ask(REMOVE, token, new JsonObject()), "conversationId", "userId");
        invalid(
                service.ask(
                        MESSAGES,
                        token,
                        new JsonObject()
                                .put("conversationId", group)
                                .put("after", -1)
                                .put("limit", "x")),
                "after",
                "limit");
        invalid(service.ask(CONVERSATIONS, token, new JsonObject().put("cursor", "has space")), "cursor");
    }

    @Test
    void whatIsNoJsonObjectIsRefusedEverywhere(ClientWorld world) {
        String token = world.register("bot").accessToken();
        JsonObject deep = new JsonObject();
        for (int i = 0; i < 400; i++) {
            deep = new JsonObject().put("a", deep);
        }
        for (String address : ALL) {
            invalid(service.ask(address, token, "text"), "body");
            invalid(service.ask(address, token, 7), "body");
            invalid(service.ask(address, token, null), "body");
            invalid(service.ask(address, token, Buffer.buffer("{\"a\":")), "body");
            invalid(service.ask(address, token, new JsonArray().add(new JsonObject())), "body");
            invalid(service.ask(address, token, deep), "body");
            refused(service.ask(address, token, new JsonObject().put("content", "x".repeat(300_000))), "too_large");
        }
        String chat = create(world.register("bot"), "group").getString("conversationId");
        assertThat(chat).as("and it serves on").isNotEmpty();
    }

    @Test
    void everyAddressWantsAGoodToken(Cluster cluster, ClientWorld world) throws Exception {
        Person bot = world.register("bot");
        ECKey own = ECKey.parse(
                Files.readString(cluster.dataDirectory().resolve("secrets").resolve("signing-key.json")));
        Instant soon = Instant.now().plusSeconds(600);
        assertThat(service.ask(CONVERSATIONS, signed(own, bot, "meridian", soon), new JsonObject())
                        .getString("status"))
                .as("the same token, in order")
                .isEqualTo("done");
        List<String> bad = new ArrayList<>(List.of(
                "nonsense",
                "",
                bot.accessToken() + "x",
                bot.refreshToken(),
                signed(own, bot, "meridian", Instant.now().minusSeconds(600)),
                signed(own, bot, "somebody-else", soon),
                signed(Keys.signing(), bot, "meridian", soon),
                new PlainJWT(claims(bot, "meridian", soon)).serialize()));
        bad.add(null);
        for (String address : ALL) {
            for (String token : bad) {
                refused(service.ask(address, token, new JsonObject()), "unauthenticated");
            }
            refused(service.ask(address, null, new JsonObject().put("token", 7)), "unauthenticated");
        }
    }

    @Test
    void otherPeoplesConversationsStayTheirs(ClientWorld world) {
        Person bot = world.register("bot");
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        for (String theirs : List.of(ann.directWith(bob), ann.group("theirs", bob), ann.channel("news", bob))) {
            ann.send(theirs, "between us");
            JsonObject sent = send(bot, theirs, "s1", "may I?");
            assertThat(sent.getString("code")).as(sent.encode()).isIn("not_found", "not_a_member");
            refused(messages(bot, theirs, 0), "not_found");
            JsonObject self =
                    new JsonObject().put("conversationId", theirs).put("memberIds", new JsonArray().add(bot.id()));
            assertThat(service.ask(ADD, bot.accessToken(), self).getString("status"))
                    .isEqualTo("refused");
            JsonObject other = new JsonObject().put("conversationId", theirs).put("userId", bob.id());
            assertThat(service.ask(REMOVE, bot.accessToken(), other).getString("status"))
                    .isEqualTo("refused");
            assertThat(ann.history(theirs).toString()).doesNotContain("may I?");
        }
        refused(messages(bot, "0123456789abcdef0123456789abcdef", 0), "not_found");
        refused(send(bot, "0123456789abcdef0123456789abcdef", "s2", "x"), "not_found");
        assertThat(service.ask(CONVERSATIONS, bot.accessToken(), new JsonObject())
                        .getJsonArray("items"))
                .isEmpty();
    }

    @Test
    void whoWasRemovedReadsNothingNewAndSendsNothing(ClientWorld world) {
        Person bot = world.register("bot");
        Person ann = world.register("ann");
        String group = ann.group("with a bot", bot);
        ann.send(group, "before");
        ann.removeMember(group, bot);
        ann.send(group, "after");
        JsonObject page = messages(bot, group, 0);
        assertThat(contents(page)).containsExactly("before");
        refused(send(bot, group, "s1", "hello?"), "not_a_member");
    }

    /** What a service does that was away, or that the bus told nothing. */
    @Test
    void whatWasNotHeardIsReadPageByPage(ClientWorld world) {
        Person bot = world.register("bot");
        Person ann = world.register("ann");
        List<String> chats = List.of(ann.group("one", bot), ann.group("two", bot), ann.directWith(bot));
        for (String chat : chats) {
            for (int i = 0; i < 7; i++) {
                ann.send(chat, "m" + i);
            }
        }
        // a message is answered when it is stored, a moment before lists show it
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        done(service.ask(CONVERSATIONS, bot.accessToken(), new JsonObject()))
                                .getJsonArray("items")
                                .stream()
                                .allMatch(item -> ((JsonObject) item).getLong("lastOrdinal") == 7));
        List<String> found = new ArrayList<>();
        JsonObject request = new JsonObject().put("limit", 2);
        do {
            JsonObject page = done(service.ask(CONVERSATIONS, bot.accessToken(), request));
            for (Object item : page.getJsonArray("items")) {
                JsonObject conversation = (JsonObject) item;
                found.add(conversation.getString("conversationId"));
                assertThat(conversation.getLong("lastOrdinal")).isEqualTo(7);
                assertThat(catchUp(bot, conversation)).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6");
            }
            request.put("cursor", page.getString("nextCursor"));
        } while (request.getString("cursor") != null);
        assertThat(found).containsExactlyInAnyOrderElementsOf(chats);
    }

    private List<String> catchUp(Person bot, JsonObject conversation) {
        List<String> contents = new ArrayList<>();
        long held = 0;
        boolean more = true;
        while (more) {
            JsonObject request = new JsonObject()
                    .put("conversationId", conversation.getString("conversationId"))
                    .put("after", held)
                    .put("limit", 3);
            JsonObject page = done(service.ask(MESSAGES, bot.accessToken(), request));
            contents.addAll(contents(page));
            JsonArray items = page.getJsonArray("items");
            held = items.isEmpty()
                    ? held
                    : items.getJsonObject(items.size() - 1).getLong("seq");
            more = page.getBoolean("more");
        }
        assertThat(held).isEqualTo(conversation.getLong("lastSeq"));
        return contents;
    }

    @Test
    void whatIsPublishedInsteadOfAskedIsDoneByNobody(ClientWorld world) {
        Person bot = world.register("bot");
        String group = create(bot, "group").getString("conversationId");
        service.publish(SEND, bot.accessToken(), message(group, "p1", "to everybody"));
        // Both nodes have taken what was sent before this from the same connection.
        for (int i = 0; i < 2; i++) {
            send(bot, group, "q" + i, "asked");
        }
        assertThat(contents(messages(bot, group, 0))).containsExactly("asked", "asked");
    }

    @Test
    void aFloodIsAnsweredWholeAndMostlyOverloaded(ClientWorld world) throws Exception {
        Person bot = world.register("bot");
        String group = create(bot, "group").getString("conversationId");
        int requests = 6_000;
        List<Future<JsonObject>> flood = new ArrayList<>(requests);
        for (int i = 0; i < requests; i++) {
            flood.add(service.request(SEND, bot.accessToken(), message(group, "f" + i, "flood")));
        }
        Future.join(flood).otherwiseEmpty().await(120, TimeUnit.SECONDS);
        int sent = 0;
        int overloaded = 0;
        for (int i = 0; i < requests; i++) {
            JsonObject reply = flood.get(i).result();
            assertThat(reply).as("request %d has an answer", i).isNotNull();
            // Nobody's answer, however slow the machine.
            if ("unavailable".equals(reply.getString("code"))) {
                continue;
            }
            if (reply.getString("status").equals("refused")) {
                refused(reply, "overloaded");
                assertThat(reply.getLong("retryAfterMs")).isPositive();
                overloaded++;
            } else {
                sent++;
            }
        }
        assertThat(sent).isPositive();
        assertThat(overloaded).as("over two times 1,000 in flight").isPositive();
        assertThat(send(bot, group, "after", "and it serves on").getString("status"))
                .isIn("sent", "accepted");
    }

    private static JsonObject create(Person bot, String type, Person... others) {
        JsonArray ids = new JsonArray();
        for (Person other : others) {
            ids.add(other.id());
        }
        return service.ask(
                CREATE, bot.accessToken(), new JsonObject().put("type", type).put("memberIds", ids));
    }

    private static JsonObject message(String conversation, String id, String content) {
        return new JsonObject()
                .put("conversationId", conversation)
                .put("clientMessageId", id)
                .put("messageType", "text")
                .put("content", content);
    }

    private static JsonObject send(Person bot, String conversation, String id, String content) {
        return service.ask(SEND, bot.accessToken(), message(conversation, id, content));
    }

    private static JsonObject messages(Person bot, String conversation, long after) {
        return service.ask(
                MESSAGES,
                bot.accessToken(),
                new JsonObject().put("conversationId", conversation).put("after", after));
    }

    private static List<String> contents(JsonObject page) {
        return done(page).getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .filter(event -> event.getString("eventType").equals("message_created"))
                .map(event -> event.getString("content"))
                .toList();
    }

    private static JsonObject done(JsonObject reply) {
        assertThat(reply.getString("status")).as(reply.encode()).isEqualTo("done");
        return reply;
    }

    private static void refused(JsonObject reply, String code) {
        assertThat(reply.getString("status")).as(reply.encode()).isEqualTo("refused");
        assertThat(reply.getString("code")).as(reply.encode()).isEqualTo(code);
        assertThat(reply.getString("detail")).isNotEmpty().doesNotContain("Exception");
    }

    private static void invalid(JsonObject reply, String... fields) {
        refused(reply, "invalid");
        assertThat(reply.getJsonObject("errors").fieldNames()).containsExactlyInAnyOrder(fields);
        reply.getJsonObject("errors")
                .forEach(reason -> assertThat((String) reason.getValue()).isNotEmpty());
    }

    private static JWTClaimsSet claims(Person person, String audience, Instant until) {
        return new JWTClaimsSet.Builder()
                .issuer("meridian")
                .audience(audience)
                .subject(person.id())
                .expirationTime(Date.from(until))
                .build();
    }

    private static String signed(ECKey key, Person person, String audience, Instant until) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                claims(person, audience, until));
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }
}
