package io.meridian.delivery;

import io.meridian.message.UserId;
import io.meridian.store.Interval;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is a member from the change at {@code membersSeq} to the next one.
 *
 * @param members after that change
 * @param removed by that change: the removal reaches them, what follows does not
 */
record MemberList(long membersSeq, List<UserId> members, List<UserId> removed) {
    MemberList {
        members = List.copyOf(members);
        removed = List.copyOf(removed);
    }

    /** From every interval of the conversation; later changes among them don't matter. */
    static MemberList at(long membersSeq, List<Interval> intervals) {
        List<UserId> members = new ArrayList<>();
        List<UserId> removed = new ArrayList<>();
        for (Interval interval : intervals) {
            if (interval.addedSeq() <= membersSeq) {
                if (interval.open() || interval.removedSeq() > membersSeq) {
                    members.add(interval.user());
                } else if (interval.removedSeq() == membersSeq) {
                    removed.add(interval.user());
                }
            }
        }
        return new MemberList(membersSeq, members, removed);
    }

    /** Recipients of the event at {@code seq}, whose {@code membersSeq} is this list's. */
    List<UserId> recipients(long seq) {
        if (seq != membersSeq || removed.isEmpty()) {
            return members;
        }
        List<UserId> all = new ArrayList<>(members);
        all.addAll(removed);
        return all;
    }

    /** Its weight in a cache: users held, and the list itself. */
    int weight() {
        return 1 + members.size() + removed.size();
    }
}
