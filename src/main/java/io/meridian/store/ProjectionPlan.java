package io.meridian.store;

import io.meridian.message.ConversationId;
import io.meridian.message.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The least to write for a list of projections, so that the tables end as if each had been applied in turn.
 *
 * @param conversations what is written to the row of one conversation: of each kind the newest
 * @param joined every joining, by conversation, for the rows of one conversation go together
 * @param reads one a user and conversation, the furthest
 * @param fanouts one a conversation, the newest; told to the members, so to be done after the joinings
 * @param changes removals and roles, one list a user and conversation, ascending: each depends on what the ones before it
 *     left, and on the joinings
 */
record ProjectionPlan(
        Collection<List<Projection>> conversations,
        Collection<List<Projection.Joined>> joined,
        Collection<Projection.Read> reads,
        Collection<Projection.FanoutChanged> fanouts,
        Collection<List<Projection>> changes) {

    private record Key(ConversationId conversation, UserId user) {}

    static ProjectionPlan of(List<Projection> projections) {
        Map<ConversationId, Map<Class<?>, Projection>> conversations = new LinkedHashMap<>();
        Map<ConversationId, List<Projection.Joined>> joined = new LinkedHashMap<>();
        Map<Key, Projection.Read> reads = new LinkedHashMap<>();
        Map<ConversationId, Projection.FanoutChanged> fanouts = new LinkedHashMap<>();
        Map<Key, List<Projection>> changes = new LinkedHashMap<>();
        for (Projection projection : ascending(projections)) {
            ConversationId conversation = projection.conversationId();
            if (projection instanceof Projection.Joined join) {
                joined.computeIfAbsent(conversation, key -> new ArrayList<>()).add(join);
            } else if (projection instanceof Projection.Read read) {
                reads.put(new Key(conversation, read.user()), read);
            } else if (projection instanceof Projection.FanoutChanged change) {
                fanouts.put(conversation, change);
            } else if (projection instanceof Projection.Left left) {
                changes.computeIfAbsent(new Key(conversation, left.user()), key -> new ArrayList<>())
                        .add(left);
            } else if (projection instanceof Projection.RoleChanged change) {
                changes.computeIfAbsent(new Key(conversation, change.user()), key -> new ArrayList<>())
                        .add(change);
            } else {
                conversations
                        .computeIfAbsent(conversation, key -> new LinkedHashMap<>())
                        .put(projection.getClass(), projection);
            }
        }
        return new ProjectionPlan(
                conversations.values().stream()
                        .map(kinds -> List.copyOf(kinds.values()))
                        .toList(),
                joined.values(),
                reads.values(),
                fanouts.values(),
                changes.values());
    }

    private static List<Projection> ascending(List<Projection> projections) {
        return projections.stream()
                .sorted(Comparator.comparingLong(Projection::at))
                .toList();
    }

    /** Which of a user's memberships a removal ends: the one it ended before, for it may be applied again, and open ones. */
    static List<Interval> ended(List<Interval> intervals, long removedSeq) {
        return intervals.stream()
                .filter(interval -> interval.addedSeq() < removedSeq)
                .filter(interval -> interval.open() || interval.removedSeq() == removedSeq)
                .toList();
    }

    /** The membership whose role changed at {@code seq}, even if it has ended since. */
    static List<Interval> covering(List<Interval> intervals, long seq) {
        return intervals.stream().filter(interval -> interval.sees(seq)).toList();
    }
}
