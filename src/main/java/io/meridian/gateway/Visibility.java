package io.meridian.gateway;

import io.meridian.message.ConversationType;
import io.meridian.message.Seq;
import io.meridian.store.Interval;
import java.util.List;

/**
 * What of a conversation a user may see: ranges of positions, ascending, without overlap. A member of a direct or group
 * conversation sees from the own {@code member_added} to the own removal, each time; a channel is open to its members, and
 * of a former one's time there what it could see then.
 */
record Visibility(List<Range> ranges, boolean member) {
    /** Both ends are included. */
    record Range(long from, long to) {
        boolean holds(long seq) {
            return from <= seq && seq <= to;
        }
    }

    private static final Range ALL = new Range(1, Seq.MAX);

    /** {@code intervals}: the user's, ascending. */
    static Visibility of(ConversationType type, List<Interval> intervals) {
        boolean member = intervals.stream().anyMatch(Interval::open);
        List<Range> ranges = type == ConversationType.CHANNEL && member
                ? List.of(ALL)
                : intervals.stream()
                        .map(interval ->
                                new Range(interval.addedSeq(), interval.open() ? Seq.MAX : interval.removedSeq()))
                        .toList();
        return new Visibility(ranges, member);
    }

    boolean nothing() {
        return ranges.isEmpty();
    }

    boolean sees(long seq) {
        return ranges.stream().anyMatch(range -> range.holds(seq));
    }
}
