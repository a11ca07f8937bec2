package io.meridian.delivery;

import io.meridian.log.Committed;
import java.util.Optional;

/**
 * Where a partition starts. Pure.
 *
 * @param offset the first record to deliver
 * @param back where to go back to should the generation be raised before a minute's worth is delivered
 * @param loss why events may never have reached the inboxes: every device is to be flagged incomplete
 */
record StartDecision(long offset, long back, Optional<String> loss) {

    static StartDecision of(String log, Optional<Committed> committed, long begin, long end, long generation) {
        if (committed.isEmpty()) {
            return begin == 0
                    ? new StartDecision(0, 0, Optional.empty())
                    : lost(begin, "no offset is committed, and the log begins at " + begin);
        }
        long offset = committed.get().offset();
        Optional<DeliveryPosition> position =
                DeliveryPosition.decode(committed.get().metadata());
        if (position.isEmpty()) {
            return lost(begin, "the committed offset " + offset + " says nothing of what was delivered");
        }
        if (!position.get().log().equals(log)) {
            return lost(
                    begin,
                    "offset " + offset + " was committed for log "
                            + position.get().log());
        }
        if (offset < begin || offset > end) {
            return lost(begin, "offset " + offset + " lies outside of the log, " + begin + " to " + end);
        }
        long back = Math.min(position.get().back(), offset);
        if (position.get().generation() == generation) {
            return new StartDecision(offset, back, Optional.empty());
        }
        // what expired between the two was in the inboxes for longer than the log keeps anything
        long again = Math.max(back, begin);
        return new StartDecision(again, again, Optional.empty());
    }

    private static StartDecision lost(long begin, String why) {
        return new StartDecision(begin, begin, Optional.of(why));
    }
}
