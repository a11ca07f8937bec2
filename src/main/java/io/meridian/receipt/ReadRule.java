package io.meridian.receipt;

import io.meridian.bus.ReadResult;
import io.meridian.message.ConversationType;
import io.meridian.message.ErrorCode;
import io.meridian.store.ConversationHead;
import io.meridian.store.Interval;
import java.util.List;
import java.util.Optional;

/** Whether a user may say to have read up to a position. Pure. */
final class ReadRule {
    private ReadRule() {}

    /**
     * The reason to refuse it, if there is one.
     *
     * @param intervals the user's memberships of the conversation
     * @param exists whether there is an event at exactly {@code seq}: heads trail the events that clients hear of already
     */
    static Optional<ReadResult> refusal(ConversationHead head, List<Interval> intervals, long seq, boolean exists) {
        if (intervals.isEmpty()) {
            // A stranger must not learn that the conversation exists.
            return Optional.of(new ReadResult(ErrorCode.NOT_FOUND, "no such conversation"));
        }
        boolean member = intervals.stream().anyMatch(Interval::open);
        if (!member && head.type() == ConversationType.CHANNEL) {
            return Optional.of(new ReadResult(ErrorCode.NOT_A_MEMBER, "only members read a channel"));
        }
        boolean beyondMembership = !member && intervals.stream().allMatch(interval -> seq > interval.removedSeq());
        if (beyondMembership) {
            return Optional.of(new ReadResult(ErrorCode.INVALID, "seq is beyond what this user can see"));
        }
        if (seq > head.lastSeq() && !exists) {
            return Optional.of(new ReadResult(ErrorCode.INVALID, "seq is beyond the conversation's last event"));
        }
        return Optional.empty();
    }
}
