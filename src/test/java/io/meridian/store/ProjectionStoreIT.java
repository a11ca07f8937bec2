package io.meridian.store;

import static io.meridian.store.TestStore.NOW;
import static io.meridian.store.TestStore.REGION;
import static io.meridian.store.TestStore.await;
import static io.meridian.store.TestStore.conversation;
import static io.meridian.store.TestStore.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Projections as they are written, seen through what reads them. */
class ProjectionStoreIT {
    private static TestStore store;
    private static ProjectionStore projections;
    private static ConversationStore conversations;

    private final ConversationId id = conversation();
    private final UserId ann = user();

    @BeforeAll
    static void open() {
        store = TestStore.open();
        projections = new ProjectionStore(store.cassandra);
        conversations = new ConversationStore(store.cassandra);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void aConversationAppearsWholeWithItsMembers() {
        List<UserId> users =
                IntStream.range(0, 250).mapToObj(i -> user()).sorted().toList();
        List<Projection> creation = new ArrayList<>(List.of(
                new Projection.Made(id, ConversationType.GROUP, REGION, NOW, 7),
                new Projection.Titled(id, "Title", 7),
                new Projection.Head(id, Fanout.WRITE, 7, 0, bytes("{7}"))));
        users.forEach(user -> creation.add(joined(user, 7)));

        apply(creation);

        ConversationHead head = await(conversations.head(id)).orElseThrow();
        assertThat(head)
                .usingRecursiveComparison()
                .isEqualTo(new ConversationHead(
                        id, ConversationType.GROUP, "Title", REGION, NOW, Fanout.WRITE, 7, 0, bytes("{7}")));
        assertThat(await(conversations.members(id)))
                .isEqualTo(users.stream()
                        .map(user -> new Interval(user, Role.MEMBER, 7, 0))
                        .toList());
        assertThat(await(conversations.of(users.get(42))))
                .containsExactly(new Membership(id, ConversationType.GROUP, Fanout.WRITE, 7, 0));
        assertThat(await(conversations.cursor(users.get(42), id))).contains(new ReadCursor(7, 0));
        assertThat(await(conversations.heads(List.of(id, conversation())))).containsOnlyKeys(id);
    }

    @Test
    void aHeadNeverGoesBackAndATitleStays() {
        apply(List.of(
                new Projection.Made(id, ConversationType.DIRECT, REGION, NOW, 1),
                new Projection.Head(id, Fanout.WRITE, 1, 0, bytes("{1}"))));
        assertThat(await(conversations.head(id)).orElseThrow().title()).isNull();

        apply(List.of(new Projection.Titled(id, "old", 3), new Projection.Head(id, Fanout.WRITE, 3, 0, bytes("{3}"))));
        apply(List.of(new Projection.Titled(id, "new", 5), new Projection.Head(id, Fanout.READ, 9, 4, bytes("{9}"))));
        apply(List.of(new Projection.Titled(id, "old", 3), new Projection.Head(id, Fanout.WRITE, 3, 0, bytes("{3}"))));

        assertThat(await(conversations.head(id)).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(new ConversationHead(
                        id, ConversationType.DIRECT, "new", REGION, NOW, Fanout.READ, 9, 4, bytes("{9}")));
        apply(List.of(new Projection.Titled(id, null, 11)));
        assertThat(await(conversations.head(id)).orElseThrow().title()).isNull();
    }

    @Test
    void aHeadWithoutItsConversationIsDebris() {
        apply(List.of(new Projection.Head(id, Fanout.WRITE, 3, 0, bytes("{3}"))));

        assertThat(await(conversations.head(id))).isEmpty();
    }

    @Test
    void aZombiesRemovalDoesNotEndAMembershipThatBeganLater() {
        Projection.Left leave = new Projection.Left(id, ann, 9);
        apply(List.of(joined(ann, 5)));
        apply(List.of(leave));
        assertThat(await(conversations.of(ann)).get(0).current()).isFalse();
        apply(List.of(joined(ann, 12)));

        apply(List.of(leave));
        apply(List.of(joined(ann, 5)));

        assertThat(await(conversations.intervals(id, ann)))
                .containsExactly(new Interval(ann, Role.MEMBER, 5, 9), new Interval(ann, Role.MEMBER, 12, 0));
        assertThat(await(conversations.of(ann)))
                .containsExactly(new Membership(id, ConversationType.GROUP, Fanout.WRITE, 12, 9));
        assertThat(await(conversations.of(ann)).get(0).current()).isTrue();
        assertThat(await(conversations.cursor(ann, id))).contains(new ReadCursor(12, 0));
    }

    @Test
    void aWholeLifeAppliedAtOnceInAnyOrderEndsTheSame() {
        apply(List.of(
                new Projection.Left(id, ann, 15),
                new Projection.RoleChanged(id, ann, Role.ADMIN, 7),
                joined(ann, 12),
                new Projection.Left(id, ann, 9),
                joined(ann, 5)));

        assertThat(await(conversations.intervals(id, ann)))
                .containsExactly(new Interval(ann, Role.ADMIN, 5, 9), new Interval(ann, Role.MEMBER, 12, 15));
        assertThat(await(conversations.of(ann)).get(0).current()).isFalse();
    }

    @Test
    void aRoleBelongsToTheMembershipItChangedIn() {
        apply(List.of(joined(ann, 5)));
        apply(List.of(new Projection.RoleChanged(id, ann, Role.OWNER, 8)));
        apply(List.of(new Projection.RoleChanged(id, ann, Role.ADMIN, 6)));
        apply(List.of(new Projection.Left(id, ann, 9)));
        apply(List.of(joined(ann, 12)));

        apply(List.of(new Projection.RoleChanged(id, ann, Role.OWNER, 8), joined(ann, 5)));

        assertThat(await(conversations.intervals(id, ann)))
                .containsExactly(new Interval(ann, Role.OWNER, 5, 9), new Interval(ann, Role.MEMBER, 12, 0));
    }

    @Test
    void whatIsTakenFromSomebodyUnknownLeavesNothingToSee() {
        apply(List.of(new Projection.Left(id, ann, 9), new Projection.RoleChanged(id, ann, Role.ADMIN, 8)));

        assertThat(await(conversations.intervals(id, ann))).isEmpty();
        assertThat(await(conversations.of(ann))).isEmpty();
    }

    @Test
    void fanoutIsToldToTheMembersThereAre() {
        UserId gone = user();
        UserId later = user();
        apply(List.of(joined(ann, 5), joined(gone, 5)));
        apply(List.of(new Projection.Left(id, gone, 6)));
        apply(List.of(new Projection.FanoutChanged(id, Fanout.READ, 9)));
        apply(List.of(joined(later, 12)));

        apply(List.of(joined(ann, 5), new Projection.FanoutChanged(id, Fanout.READ, 9)));

        assertThat(await(conversations.of(ann)).get(0).fanout()).isEqualTo(Fanout.READ);
        assertThat(await(conversations.of(gone)).get(0).fanout()).isEqualTo(Fanout.WRITE);
        assertThat(await(conversations.of(later)).get(0).fanout())
                .as("as its joining said")
                .isEqualTo(Fanout.WRITE);
    }

    @Test
    void aReadCursorNeverGoesBack() {
        ConversationId other = conversation();
        apply(List.of(new Projection.Read(id, ann, 20, 8), new Projection.Read(id, ann, 30, 9)));
        await(conversations.moveCursor(ann, id, 25, 8));
        await(conversations.moveCursor(ann, other, 3, 1));
        apply(List.of(joined(ann, 5)));

        assertThat(await(conversations.cursor(ann, id))).contains(new ReadCursor(30, 9));
        assertThat(await(conversations.cursors(ann)))
                .isEqualTo(Map.of(id, new ReadCursor(30, 9), other, new ReadCursor(3, 1)));
        assertThat(await(conversations.cursor(user(), id))).isEmpty();
    }

    @Test
    void conversationsOfAUserAreInOrder() {
        List<ConversationId> ids =
                IntStream.range(0, 600).mapToObj(i -> conversation()).sorted().toList();
        List<Projection> joinings = new ArrayList<>();
        ids.forEach(conversation -> joinings.add(
                new Projection.Joined(conversation, ConversationType.CHANNEL, Fanout.READ, ann, Role.MEMBER, 3, 0)));
        apply(joinings);

        assertThat(await(conversations.of(ann)).stream().map(Membership::conversationId))
                .isEqualTo(ids);
    }

    @Test
    void membersArePagedWithoutThoseWhoLeft() {
        List<UserId> users =
                IntStream.range(0, 700).mapToObj(i -> user()).sorted().toList();
        List<Projection> all = new ArrayList<>();
        users.forEach(user -> all.add(joined(user, 5)));
        // Long runs of former members, and somebody who came back often.
        users.subList(3, 640).forEach(user -> all.add(new Projection.Left(id, user, 6)));
        for (int seq = 10; seq < 50; seq += 2) {
            all.add(joined(users.get(650), seq));
            all.add(new Projection.Left(id, users.get(650), seq - 1));
        }
        apply(all);
        List<UserId> current = new ArrayList<>(users.subList(0, 3));
        current.addAll(users.subList(640, 700));

        List<UserId> paged = new ArrayList<>();
        List<Interval> page;
        do {
            UserId after = paged.isEmpty() ? null : paged.get(paged.size() - 1);
            page = await(conversations.membersPage(id, after, 10));
            page.forEach(member -> paged.add(member.user()));
        } while (page.size() == 10);

        assertThat(paged).isEqualTo(current);
        assertThat(await(conversations.membersPage(id, null, 500))).hasSize(63);
        assertThat(await(conversations.membersPage(conversation(), null, 10))).isEmpty();
        assertThatThrownBy(() -> await(conversations.membersPage(id, null, 501)))
                .hasMessageContaining("limit 501");
    }

    private Projection joined(UserId user, long seq) {
        return new Projection.Joined(id, ConversationType.GROUP, Fanout.WRITE, user, Role.MEMBER, seq, 0);
    }

    private static void apply(List<Projection> list) {
        await(projections.apply(list));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
