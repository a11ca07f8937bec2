package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Inspection;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class HistoryAndSyncIT {
    private static final Duration BOUND = Duration.ofSeconds(30);
    /** A Cassandra partition of events holds 1,024 of them. */
    private static final int MORE_THAN_A_BUCKET = 1_100;
    /** A server may bound what one connection has under way. */
    private static final int WINDOW = 50;

    @Test
    void historyPagesBothWaysAcrossABucketBoundary(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        fill(ann, chat, MORE_THAN_A_BUCKET);

        List<ChatEvent> forwards = bob.history(chat, 200);
        assertThat(forwards).hasSize(MORE_THAN_A_BUCKET + 1);
        assertThat(bob.historyBackwards(chat, 97)).isEqualTo(forwards);
        assertThat(byCursor(bob, chat)).isEqualTo(forwards);
        for (int i = 1; i < forwards.size(); i++) {
            assertThat(forwards.get(i).prevSeq()).isEqualTo(forwards.get(i - 1).seq());
            assertThat(forwards.get(i).ordinal()).isEqualTo(i);
        }

        ChatEvent middle = forwards.get(1_020);
        assertThat(Person.events(bob.messages(chat, "?after=" + middle.seq() + "&limit=10")))
                .isEqualTo(forwards.subList(1_021, 1_031));
        assertThat(Person.events(bob.messages(chat, "?before=" + middle.seq() + "&limit=10")))
                .isEqualTo(forwards.subList(1_010, 1_020));
        assertThat(Person.events(
                        bob.messages(chat, "?after=" + forwards.get(1_100).seq())))
                .isEmpty();
    }

    @Test
    void aPageHasFiftyWhereNothingElseIsAskedAndTwoHundredAtMost(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        fill(ann, chat, 220);
        assertThat(Person.events(ann.messages(chat, "?after=0"))).hasSize(50);
        assertThat(Person.events(ann.messages(chat, "?after=0&limit=200"))).hasSize(200);
        Answer tooMany = ann.messages(chat, "?after=0&limit=1000");
        assertThat(tooMany.status() == 400 || Person.events(tooMany).size() == 200)
                .isTrue();
        List<ChatEvent> newest = Person.events(ann.messages(chat, ""));
        assertThat(newest).hasSize(50);
        assertThat(newest.get(49).ordinal())
                .as("without a position: the newest page")
                .isEqualTo(220);
    }

    @Test
    void aNewDeviceSyncsToTheNewestFiftyOfEachConversationAndIsThenComplete(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        List<String> chats = List.of(bob.directWith(ann), bob.group("one", ann), bob.group("two", ann));
        fill(ann, chats.get(0), 120);
        fill(ann, chats.get(1), 7);
        RawConnection fresh = bob.connect().hello("fresh");
        assertThat(fresh.await("ready").path("inboxComplete").asBoolean(true)).isFalse();
        fresh.close();
        assertThat(bob.connect()
                        .hello("fresh")
                        .await("ready")
                        .path("inboxComplete")
                        .asBoolean(true))
                .as("false again until a sync has ended")
                .isFalse();

        ChatClient device = bob.device("fresh").start();
        Inspection.settled(BOUND, List.of(device));
        assertThat(device.events(chats.get(0))).hasSize(50);
        assertThat(device.events(chats.get(1))).hasSize(8);
        assertThat(device.events(chats.get(2))).hasSize(1);
        device.goAway();
        device.start();
        Inspection.settled(BOUND, List.of(device));
        assertThat(device.readyCount()).isEqualTo(2);
        assertThat(device.isInboxComplete()).isTrue();
        assertThat(bob.connect()
                        .hello("fresh")
                        .await("ready")
                        .path("inboxComplete")
                        .asBoolean(false))
                .isTrue();
    }

    @Test
    void aSyncGivesAllThatIsMissingBehindTheNamedPositionsPageByPage(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String named = bob.directWith(ann);
        String unknown = bob.group("unknown", ann);
        fill(ann, named, 150);
        fill(ann, unknown, 3);
        List<ChatEvent> all = bob.history(named);
        bob.connect().hello("device");

        List<ChatEvent> synced = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        Answer last;
        do {
            ObjectNode body = Wire.object().put("deviceId", "device").put("limit", 40);
            body.putObject("conversations").put(named, all.get(20).seq());
            if (cursor != null) {
                body.put("cursor", cursor);
            }
            last = bob.post("/api/sync", body);
            assertThat(last.status()).as(last.toString()).isEqualTo(200);
            synced.addAll(Person.events(last));
            cursor = last.body().hasNonNull("nextCursor") ? last.text("nextCursor") : null;
        } while (cursor != null && ++pages < 100);
        assertThat(synced.stream()
                        .filter(event -> event.conversationId().equals(named))
                        .toList())
                .isEqualTo(all.subList(21, all.size()));
        assertThat(synced.stream()
                        .filter(event -> event.conversationId().equals(unknown))
                        .toList())
                .isEqualTo(bob.history(unknown));
    }

    @Test
    void aSyncWhosePageWithEventsGotLostIsNotOver(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        fill(ann, chat, 3);
        bob.connect().hello("device");
        ObjectNode body = Wire.object().put("deviceId", "device");

        Answer lost = bob.post("/api/sync", body);
        assertThat(Person.events(lost)).hasSize(4);
        assertThat(isComplete(bob)).as("nobody knows whether that has arrived").isFalse();

        Answer arrived = bob.post("/api/sync", body);
        body.put("cursor", arrived.text("nextCursor"));
        assertThat(bob.post("/api/sync", body).body().path("items")).isEmpty();
        // The node died before it could answer that: the same is asked again.
        Answer end = bob.post("/api/sync", body);
        assertThat(end.body().path("items")).isEmpty();
        assertThat(end.body().path("nextCursor").isNull()).isTrue();
        assertThat(isComplete(bob)).isTrue();
    }

    private static boolean isComplete(Person person) {
        return person.connect()
                .hello("device")
                .await("ready")
                .path("inboxComplete")
                .asBoolean(false);
    }

    @Test
    void theHeadsOfASyncAreThoseOfTheList(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        fill(ann, chat, 5);
        bob.connect().hello("device");
        Answer page =
                bob.post("/api/sync", Wire.object().put("deviceId", "device").set("conversations", Wire.object()));
        var head = page.body().path("conversations").path(0);
        assertThat(head.path("conversationId").asText()).isEqualTo(chat);
        assertThat(head.path("lastSeq").asLong()).isEqualTo(bob.listing(chat).lastSeq());
        assertThat(head.path("lastOrdinal").asLong()).isEqualTo(5);
        assertThat(head.path("readSeq").asLong()).isEqualTo(bob.listing(chat).readSeq());
    }

    @Test
    void messagesThatComeWhileADeviceSyncsAreNotMissed(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        ChatClient phone = ann.device("phone").start();
        Inspection.settled(BOUND, List.of(phone));
        fill(ann, chat, 30);
        List<ChatClient> fresh = Stream.of("a", "b", "c").map(bob::device).toList();
        for (int i = 0; i < 60; i++) {
            phone.send(chat, "meanwhile " + i);
            if (i % 20 == 0) {
                fresh.get(i / 20).start();
            }
        }
        List<ChatClient> all = Stream.concat(Stream.of(phone), fresh.stream()).toList();
        new Inspection(world, List.of(ann, bob), all, List.of(chat))
                .violations(BOUND).stream()
                        // The first thirty were sent by hand, outside of the recorded history.
                        .filter(violation -> violation.kind() != io.meridian.testing.Violation.Kind.PHANTOM)
                        .forEach(violation -> assertThat(violation).isNull());
        fresh.forEach(device -> assertThat(device.events(chat)).hasSize(91));
    }

    private static void fill(Person sender, String chat, int messages) {
        RawConnection connection = sender.connect().hello("filler");
        for (int i = 0; i < messages; i++) {
            connection.sendMessage(chat, "fill-" + i, "number " + i);
            if (i % WINDOW == WINDOW - 1) {
                connection.answerTo("fill-" + i);
            }
        }
        for (int i = 0; i < messages; i++) {
            JsonNode answer = connection.answerTo("fill-" + i);
            assertThat(answer.path("eventType").asText()).as(answer.toString()).isEqualTo("message_sent");
        }
        connection.close();
    }

    private static List<ChatEvent> byCursor(Person person, String chat) {
        List<ChatEvent> events = new ArrayList<>();
        String query = "?after=0&limit=150";
        for (int page = 0; page < 50 && query != null; page++) {
            Answer answer = person.messages(chat, query);
            events.addAll(Person.events(answer));
            query = answer.body().hasNonNull("nextCursor")
                    ? "?limit=150&cursor=" + URLEncoder.encode(answer.text("nextCursor"), StandardCharsets.UTF_8)
                    : null;
        }
        return events;
    }
}
