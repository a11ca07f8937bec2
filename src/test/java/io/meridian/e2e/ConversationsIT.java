package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Inspection;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class ConversationsIT {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void aGroupIsMadeWithAllItsMembersAndEachIsTold(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        RawConnection laptop = bob.connect().hello("laptop");
        Answer made = ann.create("group", "lunch", "make-it", List.of(bob));
        assertThat(made.status()).isEqualTo(201);
        String chat = made.text("conversationId");

        JsonNode event = laptop.await("conversation_created");
        assertThat(event.path("conversationId").asText()).isEqualTo(chat);
        assertThat(event.path("prevSeq").asLong()).isZero();
        assertThat(event.path("ordinal").asLong()).isZero();

        JsonNode conversation = bob.at(0).conversation(chat).body();
        assertThat(conversation.path("type").asText()).isEqualTo("group");
        assertThat(conversation.path("title").asText()).isEqualTo("lunch");
        assertThat(conversation.path("region").asText()).isNotEmpty();
        assertThat(conversation.path("createdAt").asText()).endsWith("Z");
        assertThat(conversation.path("lastSeq").asLong())
                .isEqualTo(event.path("seq").asLong());
        assertThat(conversation.path("muted").isBoolean()).isTrue();
        assertThat(roles(conversation)).isEqualTo(Map.of(ann.id(), "owner", bob.id(), "member"));
        assertThat(conversation.path("members").findValuesAsText("username"))
                .containsExactlyInAnyOrder(ann.username(), bob.username());
    }

    @Test
    void makingTheSameGroupAgainGivesTheSameGroupAndAnotherUnderItsIdIsAConflict(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.create("group", "once", "the-key", List.of(bob)).text("conversationId");
        Answer again = ann.at(1).create("group", "once", "the-key", List.of(bob));
        assertThat(again.isSuccess()).isTrue();
        assertThat(again.text("conversationId")).isEqualTo(chat);
        Answer other = ann.create("group", "another", "the-key", List.of(bob));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.text("code")).isEqualTo("conflict");
        assertThat(ann.conversations()).hasSize(1);
        assertThat(bob.create("group", "once", "the-key", List.of(ann)).text("conversationId"))
                .as("another creator's id is another id")
                .isNotEqualTo(chat);
    }

    @Test
    void aDirectConversationAskedForByBothAtOnceIsOne(ClientWorld world) {
        for (int round = 0; round < 5; round++) {
            Person ann = world.register("ann", 0);
            Person bob = world.register("bob", 1);
            CompletableFuture<Answer> one = CompletableFuture.supplyAsync(() -> ann.createDirect(bob, "from-ann"));
            CompletableFuture<Answer> two = CompletableFuture.supplyAsync(() -> bob.createDirect(ann, "from-bob"));
            assertThat(one.join().status()).isIn(200, 201);
            assertThat(two.join().status()).isIn(200, 201);
            String chat = one.join().text("conversationId");
            assertThat(two.join().text("conversationId")).isEqualTo(chat);
            assertThat(ann.history(chat)).extracting(ChatEvent::eventType).containsExactly("conversation_created");
            assertThat(ann.createDirect(bob, "later").status()).isEqualTo(200);
            assertThat(ann.conversations()).containsOnlyKeys(chat);
            assertThat(bob.conversations()).containsOnlyKeys(chat);
        }
    }

    @Test
    void aMemberSeesFromItsJoiningToItsRemovalAndFromTheNextJoiningOn(ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        Person cat = world.register("cat", 1);
        String chat = ann.group("who sees what", bob);
        List<ChatClient> devices = List.of(
                ann.device("phone").start(),
                bob.device("laptop").start(),
                cat.device("tablet").start());
        Inspection.settled(BOUND, devices);

        ann.send(chat, "before");
        assertThat(ann.addMember(chat, cat).isSuccess()).isTrue();
        ann.send(chat, "with cat");
        assertThat(ann.removeMember(chat, cat).isSuccess()).isTrue();
        ann.send(chat, "without cat");
        assertThat(cat.send(chat, "am I still in?").text("code")).isIn("not_a_member", "not_found");
        assertThat(ann.addMember(chat, cat).isSuccess()).isTrue();
        ann.send(chat, "with cat again");

        List<String> seen = cat.history(chat).stream()
                .map(event -> event.eventType() + (event.isMessage() ? " " + event.content() : ""))
                .toList();
        assertThat(seen)
                .containsExactly(
                        "member_added",
                        "message_created with cat",
                        "member_removed",
                        "member_added",
                        "message_created with cat again");
        assertThat(cat.historyBackwards(chat, 2)).isEqualTo(cat.history(chat));
        await().atMost(BOUND).until(() -> devices.get(2).events(chat).size() == 5);
        new Inspection(world, List.of(ann, bob, cat), devices, List.of(chat)).isClean(BOUND);
    }

    @Test
    void whoIsAddedTwiceIsAMemberOnce(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.group("twice", bob);
        assertThat(ann.addMember(chat, bob).isSuccess()).isTrue();
        assertThat(ann.history(chat)).hasSize(1);
    }

    @Test
    void aMemberLeavesByRemovingItself(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.group("leaving", bob);
        RawConnection laptop = bob.connect().hello("laptop");
        assertThat(bob.removeMember(chat, bob).isSuccess()).isTrue();
        JsonNode event = laptop.await("member_removed");
        assertThat(event.path("userId").asText()).isEqualTo(bob.id());
        assertThat(event.path("senderId").asText()).isEqualTo(bob.id());
        assertThat(roles(ann.conversation(chat).body())).containsOnlyKeys(ann.id());
        assertThat(ann.send(chat, "alone").status()).isEqualTo(201);
        assertThat(bob.send(chat, "not any more").text("code")).isIn("not_a_member", "not_found");
    }

    @Test
    void rolesDecideWhoMayDoWhat(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        Person cat = world.register("cat");
        Person dan = world.register("dan");
        String chat = ann.group("roles", bob, cat);
        refused(bob.removeMember(chat, cat));
        refused(bob.changeRole(chat, bob, "owner"));
        refused(bob.changeRole(chat, cat, "admin"));
        refused(bob.removeMember(chat, ann));

        assertThat(ann.changeRole(chat, bob, "admin").isSuccess()).isTrue();
        assertThat(roles(cat.conversation(chat).body())).containsEntry(bob.id(), "admin");
        assertThat(bob.addMember(chat, dan).isSuccess()).isTrue();
        assertThat(bob.removeMember(chat, cat).isSuccess()).isTrue();
        refused(bob.removeMember(chat, ann));
        assertThat(roles(ann.conversation(chat).body()))
                .isEqualTo(new TreeMap<>(Map.of(ann.id(), "owner", bob.id(), "admin", dan.id(), "member")));
    }

    @Test
    void aNewTitleReachesEveryMember(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String chat = ann.group("old", bob);
        RawConnection laptop = bob.connect().hello("laptop");
        assertThat(ann.changeTitle(chat, "new").isSuccess()).isTrue();
        JsonNode event = laptop.await("conversation_updated");
        assertThat(event.path("title").asText()).isEqualTo("new");
        assertThat(event.path("ordinal").asLong()).as("no user message").isZero();
        assertThat(bob.conversation(chat).text("title")).isEqualTo("new");
        assertThat(bob.listing(chat).lastSeq()).isEqualTo(event.path("seq").asLong());
        assertThat(bob.listing(chat).unreadCount()).isZero();
    }

    @Test
    void aMembershipCommandRepeatedIsTakenOnce(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        Person cat = world.register("cat");
        String chat = ann.group("repeated", bob);
        ann.addMember(chat, cat, "add-cat");
        assertThat(ann.at(1).addMember(chat, cat, "add-cat").isSuccess()).isTrue();
        ann.removeMember(chat, cat, "remove-cat");
        ann.addMember(chat, cat, "add-cat");
        assertThat(ann.history(chat))
                .as("a late retry of the first adding adds nobody")
                .extracting(ChatEvent::eventType)
                .containsExactly("conversation_created", "member_added", "member_removed");
    }

    @Test
    void twoThatAreAddedAndRemovedAtOnceLeaveOneHistoryForAll(ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        List<Person> others = List.of(world.register("cat"), world.register("dan"), world.register("eve"));
        String chat = ann.group("at once", bob);
        ann.changeRole(chat, bob, "admin");
        List<ChatClient> devices =
                List.of(ann.device("phone").start(), bob.device("phone").start());
        Inspection.settled(BOUND, devices);
        List<CompletableFuture<Void>> both = List.of(ann, bob).stream()
                .map(person -> CompletableFuture.runAsync(() -> {
                    for (Person other : others) {
                        person.addMember(chat, other);
                        person.send(chat, "by " + person.username());
                        person.removeMember(chat, other);
                    }
                }))
                .toList();
        both.forEach(CompletableFuture::join);
        new Inspection(world, List.of(ann, bob, others.get(0)), devices, List.of(chat)).isClean(BOUND);
        assertThat(roles(ann.conversation(chat).body())).containsOnlyKeys(ann.id(), bob.id());
    }

    private static void refused(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(403);
        assertThat(answer.text("code")).isEqualTo("forbidden");
    }

    private static Map<String, String> roles(JsonNode conversation) {
        Map<String, String> roles = new TreeMap<>();
        conversation
                .path("members")
                .forEach(member -> roles.put(
                        member.path("userId").asText(), member.path("role").asText()));
        return roles;
    }
}
