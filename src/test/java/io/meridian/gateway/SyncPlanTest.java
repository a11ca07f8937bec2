package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.Seq;
import io.meridian.store.Membership;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyncPlanTest {
    private static final Cursors.Sync BEGINNING = new Cursors.Sync("", 0, "token");

    private static Membership member(String id, boolean current) {
        return new Membership(new ConversationId(id), ConversationType.GROUP, Fanout.WRITE, 5, current ? 0 : 9);
    }

    private static List<String> ids(SyncPlan plan) {
        return plan.items().stream().map(item -> item.conversationId().value()).toList();
    }

    @Test
    void currentConversationsAndNamedOnesAreLookedAtInOrder() {
        SyncPlan plan = SyncPlan.of(
                List.of(member("b", true), member("left", false), member("d", true)),
                Map.of(new ConversationId("left"), 7L, new ConversationId("d"), 8L),
                BEGINNING);

        assertThat(plan.items())
                .containsExactly(
                        new SyncPlan.Item(new ConversationId("b"), OptionalLong.empty(), true),
                        new SyncPlan.Item(new ConversationId("d"), OptionalLong.of(8), true),
                        new SyncPlan.Item(new ConversationId("left"), OptionalLong.of(7), false));
        assertThat(plan.more()).isFalse();
    }

    @Test
    void nextPageGoesOnBehindWhatWasGiven() {
        List<Membership> memberships = List.of(member("a", true), member("b", true), member("c", true));

        SyncPlan cut = SyncPlan.of(memberships, Map.of(), new Cursors.Sync("b", 33, ""));
        assertThat(cut.items().get(0)).isEqualTo(new SyncPlan.Item(new ConversationId("b"), OptionalLong.of(33), true));

        SyncPlan passed = SyncPlan.of(memberships, Map.of(), new Cursors.Sync("b", Seq.MAX, ""));
        assertThat(ids(passed)).containsExactly("c");
    }

    @Test
    void clientThatHasMoreThanThePageGaveIsNotSentItAgain() {
        SyncPlan plan = SyncPlan.of(
                List.of(member("a", true)), Map.of(new ConversationId("a"), 50L), new Cursors.Sync("a", 33, ""));

        assertThat(plan.items().get(0).held()).hasValue(50);
    }

    @Test
    void pageLooksAtABoundedNumber() {
        List<Membership> memberships = IntStream.range(0, 500)
                .mapToObj(i -> member(String.format("c%03d", i), true))
                .toList();
        SyncPlan plan = SyncPlan.of(memberships, Map.of(), BEGINNING);

        assertThat(plan.items()).hasSize(200);
        assertThat(plan.more()).isTrue();
    }
}
