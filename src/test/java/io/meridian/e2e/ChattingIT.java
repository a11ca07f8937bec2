package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Inspection;
import io.meridian.testing.Observation;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class ChattingIT {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void twoUsersChatOverTwoNodes(ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        ChatClient phone = ann.device("phone").start();
        ChatClient laptop = bob.device("laptop").start();
        Inspection.settled(BOUND, List.of(phone, laptop));

        phone.send(chat, "hello");
        await().atMost(BOUND).until(() -> contents(laptop, chat).equals(List.of("hello")));
        laptop.send(chat, "hello yourself");
        await().atMost(BOUND).until(() -> contents(phone, chat).equals(List.of("hello", "hello yourself")));

        new Inspection(world, List.of(ann, bob), List.of(phone, laptop), List.of(chat)).isClean(BOUND);
    }

    @Test
    void everyDeviceOfEveryMemberGetsEveryMessage(ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        Person cat = world.register("cat", 1);
        String chat = ann.group("three", bob, cat);
        List<ChatClient> devices = List.of(
                ann.device("phone").start(),
                ann.at(1).device("tablet").start(),
                bob.device("phone").start(),
                bob.at(0).device("laptop").start(),
                cat.device("phone").start());
        Inspection.settled(BOUND, devices);
        for (int round = 0; round < 10; round++) {
            for (ChatClient device : devices) {
                device.send(chat, "round " + round + " of " + device.device());
            }
        }
        await().atMost(BOUND)
                .until(() -> devices.stream()
                        .allMatch(device -> contents(device, chat).size() == 50));
        new Inspection(world, List.of(ann, bob, cat), devices, List.of(chat)).isClean(BOUND);
    }

    @Test
    void theSendingDeviceGetsMessageSentAndItsOwnersOtherDevicesTheEvent(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        RawConnection phone = ann.connect().hello("phone");
        RawConnection tablet = ann.at(1).connect().hello("tablet");
        phone.sendMessage(chat, "one", "from the phone");
        JsonNode sent = phone.answerTo("one");
        assertThat(sent.path("eventType").asText()).isEqualTo("message_sent");
        assertThat(sent.path("duplicate").asBoolean(true)).isFalse();
        assertThat(sent.path("serverTimestamp").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

        JsonNode event = tablet.await("message_created");
        assertThat(event.path("seq")).isEqualTo(sent.path("seq"));
        assertThat(event.path("prevSeq")).isEqualTo(sent.path("prevSeq"));
        assertThat(event.path("ordinal")).isEqualTo(sent.path("ordinal"));
        assertThat(event.path("messageId")).isEqualTo(sent.path("messageId"));
        assertThat(event.path("serverTimestamp")).isEqualTo(sent.path("serverTimestamp"));

        // An answer to a later send comes behind whatever the first might have brought.
        tablet.sendMessage(chat, "two", "from the tablet");
        phone.await(
                "message_created",
                frame -> "two".equals(frame.path("clientMessageId").asText()));
        assertThat(phone.all("message_created")).hasSize(1);
    }

    @Test
    void aSendOverHttpExcludesNoDevice(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        RawConnection phone = ann.connect().hello("phone");
        assertThat(ann.at(1).send(chat, "over-http", "hello").status()).isEqualTo(201);
        assertThat(phone.await("message_created").path("clientMessageId").asText())
                .isEqualTo("over-http");
    }

    @Test
    void everyFieldOfASendIsInTheEventAndInHistory(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection phone = ann.connect().hello("phone");
        RawConnection laptop = bob.connect().hello("laptop");
        phone.sendMessage(chat, "first", "the first");
        String first = phone.answerTo("first").path("messageId").asText();
        var frame = Wire.frame("message_send")
                .put("requestId", "second")
                .put("conversationId", chat)
                .put("clientMessageId", "second")
                .put("messageType", "image")
                .put("content", "näherungsweise ☃ \" \\ \n")
                .put("replyTo", first);
        frame.putArray("mediaIds").add("media-1").add("media-2");
        frame.putArray("mentions").add(bob.id());
        phone.send(frame);
        phone.answerTo("second");

        JsonNode event = laptop.await(
                "message_created",
                got -> "second".equals(got.path("clientMessageId").asText()));
        JsonNode stored = bob.messages(chat, "?limit=1&before=" + Long.MAX_VALUE / 1024)
                .body()
                .path("items")
                .path(0);
        for (String field : List.of(
                "conversationId", "clientMessageId", "messageType", "content", "replyTo", "mediaIds", "mentions")) {
            assertThat(event.get(field)).as(field).isEqualTo(frame.get(field));
        }
        for (String field : List.of(
                "eventType", "seq", "prevSeq", "ordinal", "messageId", "senderId", "region", "serverTimestamp")) {
            assertThat(event.hasNonNull(field)).as(field).isTrue();
        }
        assertThat(event.path("senderId").asText()).isEqualTo(ann.id());
        ((com.fasterxml.jackson.databind.node.ObjectNode) event).remove("deliveryId");
        assertThat(stored).as("the same object live and in history").isEqualTo(event);
    }

    @Test
    void aDeviceThatWasAwayDrainsItsBacklogInOrderWhenItComesBack(ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        ChatClient laptop = bob.device("laptop").start();
        Inspection.settled(BOUND, List.of(laptop));
        laptop.goAway();
        for (int i = 0; i < 30; i++) {
            assertThat(ann.send(chat, "while away " + i).status()).isEqualTo(201);
        }
        laptop.start();
        await().atMost(BOUND).until(() -> contents(laptop, chat).size() == 30);
        assertThat(laptop.isInboxComplete()).isTrue();
        assertThat(world.history().all(Observation.Seen.class))
                .as("all of it came from the inbox, none by asking")
                .allMatch(seen -> seen.source() != Observation.Source.HISTORY);
        new Inspection(world, List.of(ann, bob), List.of(laptop), List.of(chat)).isClean(BOUND);
    }

    @Test
    void whatWasNotAcknowledgedIsSentAgainAndWhatWasIsNot(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection first = bob.connect().hello("laptop");
        List.of("m1", "m2", "m3").forEach(id -> ann.send(chat, id, id));
        first.await(
                "message_created",
                frame -> "m3".equals(frame.path("clientMessageId").asText()));
        String upTo = first.await(
                        "message_created",
                        frame -> "m1".equals(frame.path("clientMessageId").asText()))
                .path("deliveryId")
                .asText();
        first.send(Wire.frame("message_ack").put("upTo", upTo));
        // Frames of a connection are taken in order: the pong says that the acknowledgement was taken.
        first.send(Wire.frame("ping"));
        first.await("pong");
        first.abort();

        // The acknowledgement may still be on its way to the inbox when the pong comes; it must arrive, though.
        await().atMost(BOUND).untilAsserted(() -> {
            RawConnection again = bob.at(1).connect().hello("laptop");
            List<String> backlog = again.all("message_created").stream()
                    .map(frame -> frame.path("clientMessageId").asText())
                    .toList();
            again.abort();
            assertThat(backlog).containsExactly("m2", "m3");
        });
    }

    @Test
    void deliveryIdsOfAnEarlierConnectionAcknowledgeNothingThatWasNotSentOnThisOne(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection first = bob.connect().hello("laptop");
        ann.send(chat, "m1", "one");
        String id = first.await("message_created").path("deliveryId").asText();
        first.abort();
        ann.send(chat, "m2", "two");
        RawConnection second = bob.connect().hello("laptop");
        // Far beyond everything that exists: taken for what was sent on this connection and no more.
        second.send(Wire.frame("message_ack").put("upTo", beyond(id)));
        ann.send(chat, "m3", "three");
        second.await(
                "message_created",
                frame -> "m3".equals(frame.path("clientMessageId").asText()));
        second.abort();
        RawConnection third = bob.connect().hello("laptop");
        assertThat(third.all("message_created"))
                .anyMatch(frame -> "m3".equals(frame.path("clientMessageId").asText()));
    }

    private static String beyond(String deliveryId) {
        int dash = deliveryId.lastIndexOf('-');
        return deliveryId.substring(0, dash + 1) + (Long.parseLong(deliveryId.substring(dash + 1)) + 1_000_000);
    }

    private static List<String> contents(ChatClient device, String chat) {
        return device.events(chat).stream()
                .filter(ChatEvent::isMessage)
                .map(ChatEvent::content)
                .toList();
    }
}
