package io.meridian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConversationLogTest {
    private final ConversationLog log = new ConversationLog("c", "me");

    @Test
    void anEventThatIsHeldAlreadyIsDropped() {
        assertThat(log.apply(created(1))).isTrue();
        assertThat(log.apply(created(1))).isFalse();
        assertThat(log.events()).hasSize(1);
        assertThat(log.contradictions()).isEmpty();
    }

    @Test
    void theSamePositionWithAnotherContentIsAContradiction() {
        log.apply(message(5, 1, "one"));
        log.apply(message(5, 1, "another"));
        assertThat(log.contradictions()).hasSize(1);
    }

    @Test
    void aMissingPredecessorIsAGapUntilItComes() {
        log.apply(created(1));
        log.apply(message(9, 4, "late"));
        assertThat(log.hasGap()).isTrue();
        assertThat(log.heldWithoutGap()).isEqualTo(1);
        log.apply(message(4, 1, "early"));
        assertThat(log.hasGap()).isFalse();
        assertThat(log.heldWithoutGap()).isEqualTo(9);
    }

    @Test
    void aChainThatDoesNotStartWithJoiningHoldsNothingWithoutAGap() {
        log.apply(message(9, 4, "out of nowhere"));
        assertThat(log.heldWithoutGap()).isZero();
        assertThat(log.hasGap()).isTrue();
    }

    @Test
    void aSyncGivesTheChainItsFloorAndOlderOnesAreAskedForBelowIt() {
        log.apply(message(9, 4, "first of the sync"));
        log.apply(message(12, 9, "second"));
        log.startAt(9);
        assertThat(log.heldWithoutGap()).isEqualTo(12);
        assertThat(log.olderThan()).isEqualTo(OptionalLong.of(9));
        log.apply(message(4, 1, "older"));
        log.apply(created(1));
        assertThat(log.olderThan()).isEmpty();
        assertThat(log.heldWithoutGap()).isEqualTo(12);
    }

    @Test
    void aChainStartsAgainAfterARemovalAndOnlyThen() {
        log.apply(created(1));
        log.apply(removed(6, 2));
        log.apply(added(20, 19));
        assertThat(log.heldWithoutGap()).as("2 is missing before the removal").isEqualTo(1);
        log.apply(message(2, 1, "before the removal"));
        assertThat(log.heldWithoutGap())
                .as("was there another membership between?")
                .isEqualTo(6);
        log.applyPage(6, List.of(added(20, 19)));
        assertThat(log.heldWithoutGap()).as("history says there was none").isEqualTo(20);

        ConversationLog unfinished = new ConversationLog("c", "me");
        unfinished.apply(created(1));
        unfinished.apply(added(20, 19));
        assertThat(unfinished.hasGap()).as("the removal between is missing").isTrue();
    }

    @Test
    void whatWasAnnouncedIsMissingUntilItIsHeldUnlessTheUserHasLeft() {
        log.apply(created(1));
        log.announce(3);
        assertThat(log.isCaughtUp()).isFalse();
        log.apply(removed(3, 1));
        log.announce(90);
        assertThat(log.isCaughtUp()).isTrue();
    }

    private static ChatEvent created(long seq) {
        return new ChatEvent("conversation_created", "c", seq, 0, 0, "m", "m", "you", null, List.of("me", "you"), null);
    }

    private static ChatEvent added(long seq, long prevSeq) {
        return new ChatEvent("member_added", "c", seq, prevSeq, 0, "m", "m", "you", "me", List.of(), null);
    }

    private static ChatEvent removed(long seq, long prevSeq) {
        return new ChatEvent("member_removed", "c", seq, prevSeq, 0, "m", "m", "you", "me", List.of(), null);
    }

    private static ChatEvent message(long seq, long prevSeq, String content) {
        return new ChatEvent(
                "message_created", "c", seq, prevSeq, 0, "m" + seq, "m" + seq, "you", null, List.of(), content);
    }
}
