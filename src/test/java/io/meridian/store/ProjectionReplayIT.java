package io.meridian.store;

import static io.meridian.store.TestStore.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Sequencers that overlap: each applies the events of one log in order, from where it believes that it must. */
class ProjectionReplayIT {
    private static TestStore store;
    private static ProjectionStore projections;
    private static ConversationStore conversations;

    @BeforeContainer
    static void open() {
        store = TestStore.open();
        projections = new ProjectionStore(store.cassandra);
        conversations = new ConversationStore(store.cassandra);
    }

    @AfterContainer
    static void close() {
        store.close();
    }

    /** A zombie is behind the one that counts, or as far, and starts anywhere below; batches are as they come. */
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void overlappingSequencersLeaveWhatOneLeaves(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int zombies) {
        Random random = new Random(seed);
        ConversationId id = TestStore.conversation();
        List<UserId> users = List.of(TestStore.user(), TestStore.user());
        List<Interval> expected = new ArrayList<>();
        List<Projection> history = history(random, id, users, expected);

        int applied = 0;
        int[] zombieAt = random.ints(zombies, 0, history.size()).toArray();
        while (applied < history.size()) {
            int next = Math.min(history.size(), applied + 1 + random.nextInt(4));
            await(projections.apply(history.subList(applied, next)));
            applied = next;
            for (int zombie = 0; zombie < zombies; zombie++) {
                // It cannot be ahead: what it applies, it has read from the log, and the rows below are there.
                int from = Math.min(zombieAt[zombie], applied);
                int to = Math.min(applied, from + random.nextInt(5));
                await(projections.apply(history.subList(from, to)));
                zombieAt[zombie] = random.nextInt(4) == 0 ? random.nextInt(history.size()) : to;
            }
        }

        for (UserId user : users) {
            List<Interval> ofUser = expected.stream()
                    .filter(interval -> interval.user().equals(user))
                    .toList();
            assertThat(await(conversations.intervals(id, user))).isEqualTo(ofUser);
            boolean member = !ofUser.isEmpty() && ofUser.get(ofUser.size() - 1).open();
            assertThat(await(conversations.of(user)).stream().anyMatch(Membership::current))
                    .isEqualTo(member);
            if (!ofUser.isEmpty()) {
                long last = ofUser.get(ofUser.size() - 1).addedSeq();
                assertThat(await(conversations.cursor(user, id))).contains(new ReadCursor(last, last / 2));
            }
        }
    }

    private static List<Projection> history(
            Random random, ConversationId id, List<UserId> users, List<Interval> expected) {
        List<Projection> history = new ArrayList<>();
        long seq = 1;
        for (int i = 0; i < 14; i++) {
            seq += 1 + random.nextInt(3);
            UserId user = users.get(random.nextInt(users.size()));
            Interval open = expected.stream()
                    .filter(interval -> interval.user().equals(user) && interval.open())
                    .findFirst()
                    .orElse(null);
            if (open == null) {
                history.add(new Projection.Joined(
                        id, ConversationType.GROUP, Fanout.WRITE, user, Role.MEMBER, seq, seq / 2));
                expected.add(new Interval(user, Role.MEMBER, seq, 0));
            } else if (random.nextInt(3) == 0) {
                Role role = Role.values()[random.nextInt(3)];
                history.add(new Projection.RoleChanged(id, user, role, seq));
                expected.set(expected.indexOf(open), new Interval(user, role, open.addedSeq(), 0));
            } else {
                history.add(new Projection.Left(id, user, seq));
                expected.set(expected.indexOf(open), new Interval(user, open.role(), open.addedSeq(), seq));
            }
        }
        return history;
    }
}
