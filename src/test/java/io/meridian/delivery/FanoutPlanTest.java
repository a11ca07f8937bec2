package io.meridian.delivery;

import static io.meridian.delivery.Samples.added;
import static io.meridian.delivery.Samples.created;
import static io.meridian.delivery.Samples.device;
import static io.meridian.delivery.Samples.message;
import static io.meridian.delivery.Samples.removed;
import static io.meridian.delivery.Samples.sent;
import static io.meridian.delivery.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.bus.HeadMoved;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import io.meridian.store.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FanoutPlanTest {
    private static final ConversationId ROOM = new ConversationId("room");
    private static final UserId ANN = user("ann");
    private static final UserId BOB = user("bob");
    private static final UserId EVE = user("eve");

    @Test
    void everyRecipientGetsTheEventsInTheOrderOfTheLog() {
        SentEvent one = sent(message(ROOM, 5, ANN, "one", Samples.Way.write(1)));
        SentEvent two = sent(message(ROOM, 6, BOB, "two", Samples.Way.write(1)));

        FanoutPlan plan = plan(addressed(one, ANN, BOB), addressed(two, ANN, BOB));

        assertThat(entriesOf(plan, ANN)).extracting(FanoutPlan.Entry::event).containsExactly(one, two);
        assertThat(entriesOf(plan, BOB)).extracting(FanoutPlan.Entry::event).containsExactly(one, two);
        assertThat(plan.heads()).isEmpty();
    }

    @Test
    void onlyTheActorsOwnDeviceIsLeftOutAndNotTheSameNameAtAnotherUser() {
        SentEvent event = sent(message(ROOM, 5, ANN, "one", Samples.Way.write(1).from(device("phone"))));

        FanoutPlan plan = plan(addressed(event, ANN, BOB));

        assertThat(entriesOf(plan, ANN)).extracting(FanoutPlan.Entry::excluded).containsExactly(device("phone"));
        assertThat(entriesOf(plan, BOB)).extracting(FanoutPlan.Entry::excluded).containsOnlyNulls();
    }

    @Test
    void anEventPublishedAgainWithinTheBatchCountsOnce() {
        SentEvent first = sent(message(ROOM, 5, ANN, "one", Samples.Way.write(1)));
        SentEvent again = sent(message(ROOM, 5, ANN, "one", Samples.Way.write(1)));

        assertThat(entriesOf(plan(addressed(first, BOB), addressed(again, BOB)), BOB))
                .hasSize(1);
    }

    @Test
    void aConversationWithFanoutOnReadIsAnnouncedOnceABatchWithItsHighestSeq() {
        SentEvent one = sent(message(ROOM, 5, ANN, "one", Samples.Way.read(1)));
        SentEvent two = sent(message(ROOM, 6, ANN, "two", Samples.Way.read(1)));

        FanoutPlan plan = plan(addressed(one), addressed(two));

        assertThat(plan.inboxes()).isEmpty();
        assertThat(plan.heads()).containsExactly(new HeadMoved(ROOM, 6, 6));
    }

    @Test
    void membershipInAConversationWithFanoutOnReadIsFlagged() {
        SentEvent joins = sent(added(ROOM, 7, ANN, EVE, Samples.Way.read(7)));

        FanoutPlan plan = plan(addressed(joins, EVE));

        assertThat(entriesOf(plan, EVE)).extracting(FanoutPlan.Entry::flags).containsExactly(InboxFlags.MEMBERSHIP);
        assertThat(plan.heads()).containsExactly(new HeadMoved(ROOM, 7, 7));
    }

    @Test
    void audienceFollowsTheFanout() {
        Samples.Way flip = new Samples.Way(7, Fanout.READ, true, null);
        assertThat(Audience.of(sent(message(ROOM, 5, ANN, "x", Samples.Way.write(1)))))
                .isEqualTo(new Audience.Members());
        assertThat(Audience.of(sent(message(ROOM, 5, ANN, "x", Samples.Way.read(1)))))
                .isEqualTo(new Audience.OnlyIfMember(List.of()));
        assertThat(Audience.of(sent(added(ROOM, 7, ANN, EVE, Samples.Way.read(7)))))
                .isEqualTo(new Audience.Only(List.of(EVE)));
        assertThat(Audience.of(sent(added(ROOM, 7, ANN, EVE, flip)))).isEqualTo(new Audience.Members());
        assertThat(Audience.of(sent(removed(ROOM, 7, ANN, EVE, Samples.Way.read(7)))))
                .isEqualTo(new Audience.OnlyIfMember(List.of(EVE)));
        assertThat(Audience.of(sent(created(ROOM, 1, ConversationType.CHANNEL, Samples.Way.read(1), ANN, BOB))))
                .isEqualTo(new Audience.Only(List.of(ANN, BOB)));
    }

    @Property
    void partsOfACallKeepOrderAndBound(
            @ForAll("sizes") List<Integer> sizes, @ForAll @IntRange(min = 1, max = 600) int bound) {
        SentEvent[] events = new SentEvent[sizes.size()];
        for (int i = 0; i < events.length; i++) {
            events[i] = sent(message(ROOM, i + 1, ANN, "x".repeat(sizes.get(i)), Samples.Way.write(1)));
        }
        FanoutPlan.UserEntries call = Samples.entries(BOB, events);

        List<FanoutPlan.UserEntries> parts = call.split(bound);

        assertThat(parts.stream().flatMap(part -> part.entries().stream()).toList())
                .isEqualTo(call.entries());
        assertThat(parts)
                .allSatisfy(part -> assertThat(part.entries().size() == 1 || part.bytes() <= bound)
                        .isTrue());
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(0, 300).list().ofMinSize(1).ofMaxSize(20);
    }

    /** One step of a conversation: a message, or a user who joins or leaves. */
    record Step(int kind, int user) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(1, 5))
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }

    /** Against a model that simply keeps a set: whoever is a member at that seq, and the one whom it removes. */
    @Property
    void recipientsAreTheMembersAtThatSeqWhateverHappenedLater(@ForAll("steps") List<Step> steps) {
        Set<UserId> members = new HashSet<>(Set.of(ANN));
        List<Interval> intervals = new ArrayList<>(List.of(new Interval(ANN, Role.OWNER, 1, 0)));
        Map<Long, Set<UserId>> expected = new HashMap<>();
        Map<Long, Long> membersSeqs = new HashMap<>();
        long seq = 1;
        long membersSeq = 1;
        for (Step step : steps) {
            seq++;
            UserId user = user("u" + step.user());
            Set<UserId> reached = new HashSet<>(members);
            if (step.kind() == 1 && members.add(user)) {
                membersSeq = seq;
                intervals.add(new Interval(user, Role.MEMBER, seq, 0));
                reached.add(user);
            } else if (step.kind() == 2 && members.remove(user)) {
                membersSeq = seq;
                close(intervals, user, seq);
            }
            expected.put(seq, reached);
            membersSeqs.put(seq, membersSeq);
        }
        expected.forEach((at, users) -> {
            MemberList list = MemberList.at(membersSeqs.get(at), intervals);
            assertThat(list.recipients(at)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(users);
        });
    }

    private static void close(List<Interval> intervals, UserId user, long seq) {
        intervals.replaceAll(interval -> interval.user().equals(user) && interval.open()
                ? new Interval(user, interval.role(), interval.addedSeq(), seq)
                : interval);
    }

    private static FanoutPlan plan(FanoutPlan.Addressed... batch) {
        return FanoutPlan.of(List.of(batch));
    }

    private static FanoutPlan.Addressed addressed(SentEvent event, UserId... users) {
        return new FanoutPlan.Addressed(event, List.of(users));
    }

    private static List<FanoutPlan.Entry> entriesOf(FanoutPlan plan, UserId user) {
        return plan.inboxes().stream()
                .filter(call -> call.user().equals(user))
                .findFirst()
                .orElseThrow()
                .entries();
    }
}
