package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Inspection;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import io.vertx.core.MultiMap;
import io.vertx.core.http.UpgradeRejectedException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class ConnectionsIT {
    @Test
    void helloIsAnsweredReadyThenSynced(ClientWorld world) {
        Person ann = world.register("ann");
        RawConnection phone = ann.connect().hello("phone");
        assertThat(phone.subprotocol()).isEqualTo("meridian.v1");
        JsonNode ready = phone.frames().get(0);
        assertThat(ready.path("eventType").asText()).isEqualTo("ready");
        assertThat(ready.path("userId").asText()).isEqualTo(ann.id());
        assertThat(ready.path("deviceId").asText()).isEqualTo("phone");
        assertThat(ready.path("heartbeatSeconds").asInt()).isEqualTo(30);
        for (String field : List.of("sessionId", "region", "node")) {
            assertThat(ready.path(field).asText()).as(field).isNotEmpty();
        }
        phone.send(Wire.frame("ping"));
        phone.await("pong");
    }

    @Test
    void aBadTokenIsRefusedBeforeAnyUpgrade(ClientWorld world) {
        Person ann = world.register("ann");
        refusedUpgrade(world, "/connect", "not a token");
        refusedUpgrade(world, "/connect", ann.accessToken() + "x");
        String[] parts = ann.accessToken().split("\\.");
        refusedUpgrade(world, "/connect", parts[0] + "." + parts[1] + ".");
        assertThatThrownBy(() -> RawConnection.open(
                        world, 0, "/connect?access_token=nonsense", MultiMap.caseInsensitiveMultiMap()))
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        e -> assertThat(e.getStatus()).isEqualTo(401));
    }

    private static void refusedUpgrade(ClientWorld world, String path, String token) {
        assertThatThrownBy(() -> RawConnection.open(world, 0, token))
                .as(path + " with " + token)
                .isInstanceOfSatisfying(
                        UpgradeRejectedException.class,
                        e -> assertThat(e.getStatus()).isEqualTo(401));
    }

    @Test
    void theTokenMayTravelInTheAddressOrInHello(ClientWorld world) {
        Person ann = world.register("ann");
        MultiMap none = MultiMap.caseInsensitiveMultiMap();
        RawConnection.open(world, 0, "/connect?access_token=" + ann.accessToken(), none)
                .hello("phone");
        RawConnection inHello = RawConnection.open(world, 0, "/connect", none);
        inHello.send(Wire.frame("hello").put("deviceId", "tablet").put("token", ann.accessToken()));
        inHello.await("synced");
    }

    @Test
    void helloWithoutAnyOrWithABadTokenIsClosedWith4401(ClientWorld world) {
        RawConnection nobody = RawConnection.open(world, 0, null);
        nobody.send(Wire.frame("hello").put("deviceId", "phone"));
        nobody.isClosedWith(4401);
        RawConnection liar = RawConnection.open(world, 0, null);
        liar.send(Wire.frame("hello").put("deviceId", "phone").put("token", "nonsense"));
        liar.isClosedWith(4401);
    }

    @Test
    void noHelloWithinFiveSecondsIsClosedWith4408(ClientWorld world) {
        RawConnection silent = world.register("ann").connect();
        silent.isClosedWith(4408, Duration.ofSeconds(10));
    }

    @Test
    void whatIsNoFrameIsClosedWith4400(ClientWorld world) {
        Person ann = world.register("ann");
        for (String nonsense :
                List.of("no json", "[]", "\"hello\"", "{}", "{\"eventType\": 7}", "{\"eventType\":\"ping\"")) {
            RawConnection phone = ann.connect().hello("phone");
            phone.sendText(nonsense);
            phone.isClosedWith(4400);
        }
        RawConnection binary = ann.connect().hello("phone");
        binary.sendBinary("{\"eventType\":\"ping\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        binary.isClosedWith(4400);
        RawConnection rude = ann.connect();
        rude.send(Wire.frame("ping"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> rude.closeCode().isPresent());
        assertThat(rude.closeCode().getAsInt()).as("no hello first").isIn(4400, 4401);
    }

    @Test
    void aFrameOfMoreThan64KiBIsClosedWith1009AndOneOf64KiBIsAnswered(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        RawConnection phone = ann.connect().hello("phone");
        phone.send(message(chat, "large", "x".repeat(60 * 1024)));
        JsonNode large = phone.answerTo("large");
        assertThat(large.path("eventType").asText()).as(large.toString()).isEqualTo("message_sent");
        int overhead = message(chat, "largest", "").toString().length();
        // Its event, with more fields, would not fit a frame; but that is for an error to say, not for a closed
        // connection.
        phone.send(message(chat, "largest", "x".repeat(64 * 1024 - overhead)));
        JsonNode largest = phone.answerTo("largest");
        assertThat(largest.path("eventType").asText().equals("message_sent")
                        || largest.path("code").asText().equals("too_large"))
                .as(largest.toString())
                .isTrue();
        phone.send(message(chat, "too-big", "x".repeat(64 * 1024)));
        phone.isClosedWith(1009);
    }

    private static JsonNode message(String chat, String id, String content) {
        return Wire.frame("message_send")
                .put("requestId", id)
                .put("conversationId", chat)
                .put("clientMessageId", id)
                .put("messageType", "text")
                .put("content", content);
    }

    @Test
    void theSameDeviceConnectedElsewhereEndsTheFirstWith4409(ClientWorld world) {
        Person ann = world.register("ann");
        RawConnection first = ann.connect().hello("phone");
        RawConnection second = ann.at(1).connect().hello("phone");
        first.isClosedWith(4409);
        RawConnection third = ann.at(1).connect().hello("phone");
        second.isClosedWith(4409);
        third.send(Wire.frame("ping"));
        third.await("pong");
        assertThat(third.closeCode()).isEmpty();
    }

    @Test
    void aClientThatConnectsTwiceLosesNothing(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        ChatClient phone = ann.device("phone").start();
        ChatClient laptop = bob.device("laptop").start();
        Inspection.settled(Duration.ofSeconds(20), List.of(phone, laptop));
        for (int i = 0; i < 100; i++) {
            phone.send(chat, "n" + i);
            if (i % 20 == 10) {
                laptop.connectTwice();
            }
            if (i % 25 == 12) {
                phone.switchNetwork();
            }
        }
        new Inspection(world, List.of(ann, bob), List.of(phone, laptop), List.of(chat)).isClean(Duration.ofSeconds(40));
        Awaitility.await().until(() -> laptop.closeCodes().contains(4409));
    }

    @Test
    void whatAFrameLacksIsAnErrorAndTheConnectionLives(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        RawConnection phone = ann.connect().hello("phone");
        phone.send(Wire.frame("dance"));
        assertThat(phone.await("error").path("code").asText()).isEqualTo("unknown_event_type");

        phone.send(Wire.frame("message_send").put("requestId", "r1").put("conversationId", chat));
        JsonNode lacking = phone.answerTo("r1");
        assertThat(lacking.path("code").asText()).isEqualTo("invalid");
        assertThat(lacking.path("detail").asText()).isNotEmpty();
        var bad = Wire.frame("message_send")
                .put("requestId", "r2")
                .put("conversationId", chat)
                .put("clientMessageId", "has spaces")
                .put("messageType", "text")
                .put("content", "x");
        phone.send(bad);
        assertThat(phone.answerTo("r2").path("code").asText()).isEqualTo("invalid");
        bad.put("requestId", "r3").put("clientMessageId", "fine").put("messageType", "hologram");
        phone.send(bad);
        assertThat(phone.answerTo("r3").path("code").asText()).isEqualTo("invalid");
        phone.send(Wire.frame("ping"));
        phone.await("pong");
    }
}
