package io.meridian.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** A group and a pair that go through every kind of command, each insisted on until it has its answer; and what must be true then. */
final class Room {
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    /** One of the room: over HTTP and on a device. */
    record Member(Person person, ChatClient device) {}

    private final ClientWorld world;
    private final Member owner;
    private final Member admin;
    private final Member removed;
    private final Member late;
    private final String title;
    private String group;
    private String direct;

    /** @param members four: the owner, one that becomes admin, one that is removed, one that is added, leaves and is added again */
    Room(ClientWorld world, List<Member> members) {
        this.world = world;
        this.owner = members.get(0);
        this.admin = members.get(1);
        this.removed = members.get(2);
        this.late = members.get(3);
        this.title = world.name("room");
    }

    /** Everything that can happen to a conversation, in an order in which each step needs the one before. */
    void live() {
        group = done(
                        owner,
                        (person, key) ->
                                person.create("group", "first title", key, List.of(admin.person(), removed.person())))
                .text("conversationId");
        direct = done(owner, (person, key) -> person.createDirect(admin.person(), key))
                .text("conversationId");
        says(owner, group, "welcome");
        says(admin, direct, "between us");
        done(owner, (person, key) -> person.addMember(group, late.person(), key));
        says(late, group, "here I am");
        done(owner, (person, key) -> person.changeRole(group, admin.person(), "admin", key));
        done(admin, (person, key) -> person.changeTitle(group, title, key));
        done(admin, (person, key) -> person.removeMember(group, removed.person(), key));
        says(removed, group, "refused, for I am out");
        done(late, (person, key) -> person.removeMember(group, late.person(), key));
        says(owner, group, "not for the late one");
        done(owner, (person, key) -> person.addMember(group, late.person(), key));
        says(late, group, "back again");
        says(owner, direct, "all done");
    }

    /** The same key every time, to any node: what was taken is not taken again. */
    private Answer done(Member actor, BiFunction<Person, String, Answer> command) {
        String key = world.name("command");
        Answer answer = actor.person().insist(person -> command.apply(person, key));
        assertThat(answer.isSuccess()).as(answer + " in " + this).isTrue();
        return answer;
    }

    /** Waits for the answer: what comes next in the room comes after it. */
    private void says(Member member, String conversation, String text) {
        member.device().send(conversation, text);
        await("an answer to " + member.device().device() + " in " + this)
                .atMost(PATIENCE)
                .until(() -> member.device().pending() == 0);
    }

    /** Every projection says what the commands came to. */
    void isWhole() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode conversation =
                    owner.person().insist(person -> person.conversation(group)).body();
            assertThat(conversation.path("title").asText()).isEqualTo(title);
            Map<String, String> roles = new TreeMap<>();
            conversation
                    .path("members")
                    .forEach(member -> roles.put(
                            member.path("userId").asText(), member.path("role").asText()));
            assertThat(roles)
                    .isEqualTo(Map.of(
                            owner.person().id(), "owner",
                            admin.person().id(), "admin",
                            late.person().id(), "member"));
            for (Member member : List.of(owner, admin, late)) {
                assertThat(member.person().conversations()).containsKey(group);
            }
            for (Member member : List.of(owner, admin)) {
                assertThat(member.person().conversations()).containsKey(direct);
            }
        });
    }

    List<String> conversations() {
        return List.of(group, direct);
    }

    @Override
    public String toString() {
        return "group " + group + ", direct " + direct;
    }
}
