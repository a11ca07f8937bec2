package io.meridian.conversation;

import io.meridian.message.ConversationType;
import io.meridian.message.Event;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import io.meridian.store.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What of a conversation a user may see: ranges of positions, ascending, without overlap. A member of a direct or group
 * conversation sees from the own {@code member_added} to the own removal, each time; a channel is open to its members, and
 * of a former one's time there what it could see then.
 */
public record Visibility(List<Range> ranges, boolean member) {
    /** Both ends are included. */
    public record Range(long from, long to) {
        boolean holds(long seq) {
            return from <= seq && seq <= to;
        }
    }

    /**
     * The user's memberships with what the newest events say of them: rows are stored before the projections that close
     * a membership, and a sequencer may die in between.
     *
     * @param intervals as projected, ascending
     * @param tail events that may not be projected yet, ascending
     */
    public static List<Interval> caughtUp(UserId user, List<Interval> intervals, List<StoredEvent> tail) {
        List<Interval> known = new ArrayList<>(intervals);
        for (StoredEvent stored : tail) {
            long seq = stored.seq();
            if (stored.event() instanceof Event.MemberRemoved removed
                    && removed.user().equals(user)) {
                known.replaceAll(interval -> interval.open() && interval.addedSeq() < seq
                        ? new Interval(user, interval.role(), interval.addedSeq(), seq)
                        : interval);
            } else if (stored.event() instanceof Event.MemberAdded added
                    && added.user().equals(user)
                    && known.stream().noneMatch(interval -> interval.addedSeq() == seq)) {
                known.add(new Interval(user, added.role(), seq, 0));
            }
        }
        known.sort(Comparator.comparingLong(Interval::addedSeq));
        return known;
    }

    /**
     * Of {@code intervals}, the user's, ascending.
     *
     * @param reached the newest event that they take into account; what is newer is not to be seen yet
     */
    public static Visibility of(ConversationType type, List<Interval> intervals, long reached) {
        boolean member = intervals.stream().anyMatch(Interval::open);
        List<Range> ranges = type == ConversationType.CHANNEL && member
                ? List.of(new Range(1, reached))
                : intervals.stream()
                        .map(interval ->
                                new Range(interval.addedSeq(), interval.open() ? reached : interval.removedSeq()))
                        .filter(range -> range.from() <= range.to())
                        .toList();
        return new Visibility(ranges, member);
    }

    public boolean nothing() {
        return ranges.isEmpty();
    }

    public boolean sees(long seq) {
        return ranges.stream().anyMatch(range -> range.holds(seq));
    }
}
