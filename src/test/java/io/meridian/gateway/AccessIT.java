package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.launch.LocalEngine;
import io.meridian.limits.ClientAddresses;
import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import io.meridian.testing.Answer;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Wire;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins that end, strangers that learn nothing, and what one account may have, by whichever way it asks. */
class AccessIT {
    private static final String NOWHERE = "0123456789abcdef0123456789abcdef";
    /** Forty changes, and memberships for a handful of people. */
    private static final ProtectionSettings LIMITS = new ProtectionSettings(
            LimitSettings.standard(1_000)
                    .with(Limit.USER_MESSAGES, new Rate(0.01, 40))
                    .with(Limit.USER_MEMBERSHIPS, new Rate(0.01, 6)),
            new ClientAddresses(List.of()),
            DrainSettings.DEFAULTS);

    @TempDir
    static Path directory;

    private static LocalEngine kafka;
    private static TestNode node;

    @BeforeAll
    static void start() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
        node = new TestNode(kafka.address(), Engines.redis(), TestNode.CONTRACT, directory, List.of(), LIMITS)
                .startSequencer()
                .startServices();
    }

    @AfterAll
    static void stop() {
        node.close();
        kafka.close();
    }

    private static Answer refresh(String token, String deviceOrNull) {
        ObjectNode body = Wire.object().put("refreshToken", token);
        if (deviceOrNull != null) {
            body.put("deviceId", deviceOrNull);
        }
        return node.world.api().call(0, "POST", "/api/auth/refresh", null, body);
    }

    private static void isLoggedOut(String refreshToken) {
        Answer answer = refresh(refreshToken, null);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(401);
    }

    /** Of a hello that is refused. */
    private static String closeReason(Person person, String device) {
        WebSocketConnectOptions upgrade = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(node.url().getPort())
                .setURI("/connect?access_token=" + person.accessToken());
        WebSocketClient client = node.vertx.createWebSocketClient();
        WebSocket socket = TestNode.await(client.connect(upgrade));
        Promise<String> reason = Promise.promise();
        socket.closeHandler(closed -> reason.complete(socket.closeReason()));
        socket.writeTextMessage(Wire.frame("hello").put("deviceId", device).toString());
        return TestNode.await(reason.future().eventually(client::close));
    }

    private static JsonObject ask(String address, Person account, JsonObject body) {
        DeliveryOptions options = new DeliveryOptions().addHeader("token", account.accessToken());
        return TestNode.await(node.vertx.eventBus().<JsonObject>request(address, body, options))
                .body();
    }

    @Test
    void aRefreshTokenThatIsBoundLaterKeepsItsFamily() {
        Person ann = node.world.register("ann");
        String bound = refresh(ann.refreshToken(), "phone").text("refreshToken");
        String next = refresh(bound, "phone").text("refreshToken");
        assertThat(next).isNotEmpty();
        assertThat(refresh(next, "laptop").text("code")).isEqualTo("forbidden");

        isLoggedOut(ann.refreshToken());

        isLoggedOut(next);
    }

    @Test
    void aRemovedDeviceStaysOutThoughItsLoginNamedNone() {
        Person ann = node.world.register("ann");
        Person elsewhere = ann.signIn();
        RawConnection phone = ann.connect().hello("phone");
        elsewhere.connect().hello("laptop");

        assertThat(elsewhere.call("DELETE", "/api/devices/phone", null).status())
                .isEqualTo(204);

        phone.isClosedWith(4401);
        assertThat(closeReason(ann, "phone")).isEqualTo("the device was removed");
        isLoggedOut(ann.refreshToken());
        assertThat(refresh(elsewhere.refreshToken(), null).status()).isEqualTo(200);
    }

    @Test
    void soDoesOneThatWasOnlyRegisteredOrSynced() {
        Person ann = node.world.register("ann");
        Person registered = ann.signIn();
        Person synced = ann.signIn();
        assertThat(registered.call("PUT", "/api/devices/tablet", Wire.object()).status())
                .isEqualTo(200);
        assertThat(synced.post("/api/sync", Wire.object().put("deviceId", "desk"))
                        .status())
                .isEqualTo(200);

        assertThat(ann.call("DELETE", "/api/devices/tablet", null).status()).isEqualTo(204);
        assertThat(ann.call("DELETE", "/api/devices/desk", null).status()).isEqualTo(204);

        isLoggedOut(registered.refreshToken());
        isLoggedOut(synced.refreshToken());
        assertThat(refresh(ann.refreshToken(), null).status()).isEqualTo(200);
    }

    /** As the page does it. */
    @Test
    void whoRemovesTheOwnDeviceCanStillLogOut() {
        Person ann = node.world.register("ann");
        RawConnection page = ann.connect().hello("web-1");
        assertThat(ann.call("DELETE", "/api/devices/web-1", null).status()).isEqualTo(204);
        Answer out = ann.post("/api/auth/logout", Wire.object().put("refreshToken", ann.refreshToken()));
        assertThat(out.status()).isEqualTo(204);
        page.isClosedWith(4401);
        isLoggedOut(ann.refreshToken());
    }

    @Test
    void ofManyRegistrationsAtOnceThereAreNeverMoreThanDevicesMayBe() {
        Person ann = node.world.register("ann");
        List<Integer> statuses = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() ->
                        ann.call("PUT", "/api/devices/d" + i, Wire.object()).status()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        int listed = ann.get("/api/devices").body().path("items").size();
        assertThat(statuses).containsOnly(200, 409);
        assertThat(listed).isLessThanOrEqualTo(20).isEqualTo((int)
                statuses.stream().filter(status -> status == 200).count());
    }

    /** Its id can be computed. Nothing of what a stranger asks reaches the log, where time and limits would tell. */
    @Test
    void aStrangerHearsOfADirectConversationWhatItHearsOfNone() {
        Person ann = node.world.register("ann");
        Person eve = node.world.register("eve");
        String chat = ann.directWith(node.world.register("bob"));
        assertThat(ann.send(chat, "one").status()).isEqualTo(201);
        node.stopSequencer();
        try {
            assertThat(ann.send(chat, "two").status()).as("nobody orders it").isEqualTo(202);
            for (String id : List.of(chat, NOWHERE)) {
                Answer sent = eve.send(id, "are you there?");
                assertThat(sent.status()).isEqualTo(404);
                assertThat(sent.body())
                        .isEqualTo(eve.send(NOWHERE, "are you there?").body());
                assertThat(eve.changeTitle(id, "t").status()).isEqualTo(404);
                assertThat(eve.messages(id, "").status()).isEqualTo(404);
            }
        } finally {
            node.startSequencer();
        }
    }

    @Test
    void theBusTellsStrangersNothingOfAChannel() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        Person eve = node.world.register("eve");
        String channel = ann.channel("news", bob);
        for (Person member : List.of(bob, eve)) {
            JsonObject add =
                    new JsonObject().put("conversationId", channel).put("memberIds", new JsonArray().add(member.id()));
            assertThat(ask("meridian.members.add", eve, add).getString("code")).isEqualTo("not_found");
        }
    }

    @Test
    void aServicesAccountHasTheLimitsOfAnyUser() {
        Person bot = node.world.register("bot");
        Person other = node.world.register("other");
        String group = bot.group("g", other);
        JsonObject send = new JsonObject()
                .put("conversationId", group)
                .put("clientMessageId", "the-same")
                .put("messageType", "text")
                .put("content", "hello");
        JsonObject refused = null;
        for (int i = 0; i < 40; i++) {
            refused = ask("meridian.messages.send", bot, send);
        }
        assertThat(refused.getString("code")).as(refused.encode()).isEqualTo("rate_limited");
        assertThat(refused.getLong("retryAfterMs")).isPositive();
        assertThat(bot.send(group, "by HTTP").status()).as("it has them once").isEqualTo(429);
        assertThat(ask("meridian.messages.send", other, send.copy().put("clientMessageId", "mine"))
                        .getString("status"))
                .isEqualTo("sent");
    }

    @Test
    void nobodyPutsPeopleIntoConversationsWithoutEnd() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        Person cat = node.world.register("cat");
        Person dan = node.world.register("dan");
        for (int i = 0; i < 10; i++) {
            assertThat(bob.directWith(ann)).as("the same one is no new one").isNotEmpty();
        }
        String group = ann.group("one", bob, cat);
        String channel = ann.channel("two", bob);

        assertThat(ann.addMember(group, dan).status()).isEqualTo(200);
        Answer refused = ann.addMember(channel, dan);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(429);
        assertThat(refused.text("detail")).contains("memberships");
        assertThat(ann.createDirect(dan, "direct").status()).isEqualTo(429);
        assertThat(bob.group("three", dan)).as("others may").isNotEmpty();
        assertThat(ann.send(group, "writing is something else").status()).isEqualTo(201);
    }

    @Test
    void rolesInAChannelGoToItsMembersOnly() {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        Person eve = node.world.register("eve");
        String channel = ann.channel("news", bob);
        for (String id : List.of(eve.id(), NOWHERE)) {
            Answer refused = ann.call(
                    "PATCH",
                    "/api/conversations/" + channel + "/members/" + id,
                    Wire.object().put("role", "owner"));
            assertThat(refused.status()).as(refused.toString()).isEqualTo(404);
            assertThat(refused.text("code")).isEqualTo("not_found");
        }
        assertThat(ann.changeRole(channel, bob, "admin").status()).isEqualTo(200);
        assertThat(ann.removeMember(channel, bob).status()).isEqualTo(204);
        assertThat(ann.changeRole(channel, bob, "admin").status()).isEqualTo(404);
    }
}
