package io.meridian.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ProjectionPlanTest {
    private static final UserId ANN = new UserId("ann");

    @Provide
    Arbitrary<List<Projection>> projections() {
        Arbitrary<ConversationId> id = Arbitraries.of("a", "b").map(ConversationId::new);
        Arbitrary<UserId> user = Arbitraries.of("ann", "bob").map(UserId::new);
        Arbitrary<Long> seq = Arbitraries.longs().between(1, 30);
        Arbitrary<Projection> one = Combinators.combine(Arbitraries.integers().between(0, 7), id, user, seq)
                .as(ProjectionPlanTest::projection);
        // No two events have one position.
        return one.list().ofMaxSize(40).uniqueElements(p -> p.conversationId() + "/" + p.at());
    }

    private static Projection projection(int kind, ConversationId id, UserId user, long seq) {
        return switch (kind) {
            case 0 -> new Projection.Made(id, ConversationType.GROUP, TestStore.REGION, TestStore.NOW, seq);
            case 1 -> new Projection.Titled(id, "t" + seq, seq);
            case 2 -> new Projection.Head(id, Fanout.WRITE, seq, seq, new byte[0]);
            case 3 -> new Projection.Joined(id, ConversationType.GROUP, Fanout.WRITE, user, Role.MEMBER, seq, seq);
            case 4 -> new Projection.Left(id, user, seq);
            case 5 -> new Projection.RoleChanged(id, user, Role.ADMIN, seq);
            case 6 -> new Projection.FanoutChanged(id, Fanout.READ, seq);
            default -> new Projection.Read(id, user, seq, seq);
        };
    }

    @Property
    void theOrderOfTheListDoesNotMatter(@ForAll @From("projections") List<Projection> list, @ForAll Random random) {
        List<Projection> shuffled = new ArrayList<>(list);
        Collections.shuffle(shuffled, random);

        assertThat(flat(ProjectionPlan.of(shuffled)))
                .containsExactlyInAnyOrderElementsOf(flat(ProjectionPlan.of(list)));
    }

    @Property
    void onlyWhatANewerOneReplacesIsLeftOut(@ForAll @From("projections") List<Projection> list) {
        List<Projection> planned = flat(ProjectionPlan.of(list));

        for (Projection left : list) {
            boolean replaceable = left instanceof Projection.Made
                    || left instanceof Projection.Titled
                    || left instanceof Projection.Head
                    || left instanceof Projection.Read
                    || left instanceof Projection.FanoutChanged;
            boolean replaced =
                    replaceable && list.stream().anyMatch(newer -> newer.at() > left.at() && sameCells(newer, left));
            assertThat(planned.contains(left)).isEqualTo(!replaced);
        }
    }

    @Property
    void changesOfOneMemberAreInOrder(@ForAll @From("projections") List<Projection> list) {
        for (List<Projection> changes : ProjectionPlan.of(list).changes()) {
            assertThat(changes).isSortedAccordingTo(Comparator.comparingLong(Projection::at));
        }
    }

    @Example
    void aRemovalEndsOpenMembershipsAndTheOneItEndedBefore() {
        List<Interval> intervals = List.of(
                new Interval(ANN, Role.MEMBER, 1, 3),
                new Interval(ANN, Role.MEMBER, 5, 9),
                new Interval(ANN, Role.MEMBER, 7, 0),
                new Interval(ANN, Role.MEMBER, 12, 0));

        assertThat(ProjectionPlan.ended(intervals, 9).stream().map(Interval::addedSeq))
                .containsExactly(5L, 7L);
    }

    private static boolean sameCells(Projection one, Projection other) {
        return one.getClass() == other.getClass()
                && one.conversationId().equals(other.conversationId())
                && (!(one instanceof Projection.Read read) || read.user().equals(((Projection.Read) other).user()));
    }

    private static List<Projection> flat(ProjectionPlan plan) {
        List<Projection> all = new ArrayList<>();
        plan.conversations().forEach(all::addAll);
        plan.joined().forEach(all::addAll);
        all.addAll(plan.reads());
        all.addAll(plan.fanouts());
        plan.changes().forEach(all::addAll);
        return all;
    }
}
