package io.meridian.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.bus.ReadResult;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.ErrorCode;
import io.meridian.message.Fanout;
import io.meridian.message.RegionId;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import io.meridian.store.ConversationHead;
import io.meridian.store.Interval;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadRuleTest {
    private static ConversationHead head(ConversationType type) {
        return new ConversationHead(
                new ConversationId("c"), type, null, new RegionId("us-east"), Instant.EPOCH, Fanout.WRITE, 20, 9, null);
    }

    private static Optional<ErrorCode> refusal(ConversationType type, long seq, boolean exists, Interval... intervals) {
        return ReadRule.refusal(head(type), List.of(intervals), seq, exists).map(ReadResult::error);
    }

    private static Interval interval(long added, long removed) {
        return new Interval(new UserId("u"), Role.MEMBER, added, removed);
    }

    @Test
    void memberReadsUpToTheLastEvent() {
        assertThat(refusal(ConversationType.GROUP, 20, true, interval(5, 0))).isEmpty();
        assertThat(refusal(ConversationType.GROUP, 7, false, interval(5, 0)))
                .as("between two events")
                .isEmpty();
    }

    @Test
    void whatIsNotThereCannotHaveBeenRead() {
        assertThat(refusal(ConversationType.GROUP, 21, false, interval(5, 0))).contains(ErrorCode.INVALID);
    }

    @Test
    void eventThatTheHeadDoesNotShowYetCanBeRead() {
        assertThat(refusal(ConversationType.GROUP, 21, true, interval(5, 0))).isEmpty();
    }

    @Test
    void formerMemberReadsUpToTheRemovalAndAStrangerNothing() {
        assertThat(refusal(ConversationType.GROUP, 9, true, interval(5, 9))).isEmpty();
        assertThat(refusal(ConversationType.GROUP, 10, true, interval(5, 9))).contains(ErrorCode.INVALID);
        assertThat(refusal(ConversationType.CHANNEL, 9, true, interval(5, 9))).contains(ErrorCode.NOT_A_MEMBER);
        assertThat(refusal(ConversationType.GROUP, 9, true)).contains(ErrorCode.NOT_FOUND);
    }
}
