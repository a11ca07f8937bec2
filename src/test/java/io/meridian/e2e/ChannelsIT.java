package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class ChannelsIT {
    @Test
    void aChannelAnnouncesThatItHasMovedOnInsteadOfItsMessages(ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        String channel = ann.channel("news", bob);
        RawConnection laptop = bob.connect().hello("laptop");
        long seq = ann.send(channel, "read all about it").number("seq");
        JsonNode behind = laptop.await(
                "conversation_behind", frame -> frame.path("lastSeq").asLong() == seq);
        assertThat(behind.path("conversationId").asText()).isEqualTo(channel);
        assertThat(behind.path("lastOrdinal").asLong()).isEqualTo(1);
        assertThat(laptop.all("message_created")).isEmpty();
        assertThat(bob.history(channel)).extracting(ChatEvent::content).contains("read all about it");
    }

    @Test
    void aConnectingDeviceIsToldThatAChannelHasMovedOn(ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        String channel = ann.channel("news", bob);
        bob.connect().hello("laptop").abort();
        long seq = ann.send(channel, "while bob was away").number("seq");
        RawConnection laptop = bob.connect().hello("laptop");
        assertThat(laptop.await("conversation_behind").path("lastSeq").asLong()).isEqualTo(seq);
    }

    @Test
    void whoIsAddedWhileConnectedHearsOfTheChannelFromThenOn(ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        String channel = ann.channel("news", world.register("cat"));
        RawConnection laptop = bob.connect().hello("laptop");
        ann.send(channel, "before bob");
        assertThat(ann.addMember(channel, bob).isSuccess()).isTrue();
        long seq = ann.send(channel, "with bob").number("seq");
        laptop.await("conversation_behind", frame -> frame.path("lastSeq").asLong() == seq);
    }

    @Test
    void aChannelsHistoryIsOpenToALateMember(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String channel = ann.channel("archive", world.register("cat"));
        ann.send(channel, "long before");
        assertThat(bob.messages(channel, "?after=0").status()).isIn(403, 404);
        ann.addMember(channel, bob);
        assertThat(bob.history(channel)).isEqualTo(ann.history(channel));
        assertThat(bob.history(channel)).extracting(ChatEvent::content).contains("long before");
        assertThat(bob.historyBackwards(channel, 2)).isEqualTo(ann.history(channel));
    }

    @Test
    void whoIsRemovedFromAChannelIsOutAndMayNotWrite(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String channel = ann.channel("out", bob);
        RawConnection laptop = bob.connect().hello("laptop");
        assertThat(bob.send(channel, "hello").status()).isEqualTo(201);
        assertThat(ann.removeMember(channel, bob).isSuccess()).isTrue();
        laptop.await("member_removed");
        assertThat(bob.send(channel, "still here?").text("code")).isIn("not_a_member", "not_found", "forbidden");
        ann.send(channel, "without bob");
        assertThat(bob.messages(channel, "?after=0").body().toString()).doesNotContain("without bob");
    }

    @Test
    void aSenderInAChannelIsAnsweredAsEverywhere(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String channel = ann.channel("answers", bob);
        RawConnection laptop = bob.connect().hello("laptop");
        laptop.sendMessage(channel, "mine", "hello");
        assertThat(laptop.answerTo("mine").path("eventType").asText()).isEqualTo("message_sent");
        assertThat(bob.listing(channel).unreadCount()).isZero();
    }
}
