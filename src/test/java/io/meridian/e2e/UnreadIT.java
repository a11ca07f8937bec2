package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class UnreadIT {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @Test
    void whatOneDeviceHasReadIsReadOnAllOfTheUsersDevices(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        RawConnection laptop = bob.connect().hello("laptop");
        bob.at(0).connect().hello("phone");
        ann.send(chat, "one");
        long second = ann.send(chat, "two").number("seq");
        ann.send(chat, "three");
        unreadBecomes(bob, chat, 3);
        laptop.send(Wire.frame("message_read").put("conversationId", chat).put("seq", second));
        unreadBecomes(bob, chat, 1);
        assertThat(bob.listing(chat).readSeq()).isEqualTo(second);
        assertThat(bob.conversation(chat).number("unreadCount")).isEqualTo(1);
        assertThat(laptop.all("error")).isEmpty();
    }

    @Test
    void aReadNeverGoesBack(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        long first = ann.send(chat, "one").number("seq");
        long second = ann.send(chat, "two").number("seq");
        assertThat(bob.read(chat, second).status()).isEqualTo(204);
        assertThat(bob.listing(chat).unreadCount()).isZero();
        assertThat(bob.at(1).read(chat, first).status()).isEqualTo(204);
        assertThat(bob.listing(chat).readSeq()).isEqualTo(second);
        assertThat(bob.listing(chat).unreadCount()).isZero();
    }

    @Test
    void aMessageIsReadByItsIdAsWell(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        String first = ann.send(chat, "one").text("messageId");
        ann.send(chat, "two");
        Answer answer =
                bob.post("/api/conversations/" + chat + "/read", Wire.object().put("lastReadMessageId", first));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
        assertThat(bob.listing(chat).unreadCount()).isEqualTo(1);
    }

    @Test
    void onesOwnMessagesNeverCount(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        ann.send(chat, "one");
        ann.send(chat, "two");
        unreadBecomes(ann, chat, 0);
        unreadBecomes(bob, chat, 2);
        bob.send(chat, "an answer says that I have read");
        unreadBecomes(bob, chat, 0);
        unreadBecomes(ann, chat, 1);
    }

    @Test
    void aNewMemberHasNothingUnreadFromBeforeItsJoining(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        Person cat = world.register("cat");
        String chat = ann.group("joining", bob);
        ann.send(chat, "before");
        ann.addMember(chat, cat);
        assertThat(cat.listing(chat).unreadCount()).isZero();
        ann.send(chat, "after");
        unreadBecomes(cat, chat, 1);
    }

    @Test
    void theListShowsTheLastEventAndTheReadPosition(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        Answer sent = ann.send(chat, "the last");
        await().atMost(BOUND).until(() -> bob.listing(chat).lastSeq() == sent.number("seq"));
        JsonNode item = bob.conversations().get(chat);
        assertThat(item.path("lastEvent").path("content").asText()).isEqualTo("the last");
        assertThat(item.path("lastEvent").path("messageId").asText()).isEqualTo(sent.text("messageId"));
        assertThat(item.path("lastOrdinal").asLong()).isEqualTo(1);
        assertThat(item.path("muted").isBoolean()).isTrue();
    }

    @Test
    void aBadReadIsAnError(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        Person eve = world.register("eve");
        String chat = ann.directWith(bob);
        RawConnection spy = eve.connect().hello("spy");
        spy.send(Wire.frame("message_read").put("conversationId", chat).put("seq", 1));
        assertThat(spy.await("error").path("code").asText()).isIn("not_found", "not_a_member");
    }

    private static void unreadBecomes(Person person, String chat, long count) {
        await().atMost(BOUND)
                .untilAsserted(
                        () -> assertThat(person.listing(chat).unreadCount()).isEqualTo(count));
    }
}
