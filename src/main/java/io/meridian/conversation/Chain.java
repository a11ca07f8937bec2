package io.meridian.conversation;

import io.meridian.message.StoredEvent;
import java.util.List;

/**
 * Where a list of events, ascending, misses one. An event says which one was before it; if what lies before it here is
 * older than that, something has not arrived in this data centre yet, and nothing beyond may be shown. (If it is younger,
 * a late event was put in between: nothing is missing.) Pure.
 */
final class Chain {
    private Chain() {}

    /**
     * The events up to the first gap.
     *
     * @param before position that is known to be reached; nothing may be missing between it and the first event
     */
    static List<StoredEvent> forward(List<StoredEvent> events, long before) {
        long reached = before;
        for (int i = 0; i < events.size(); i++) {
            if (prevSeq(events.get(i)) > reached) {
                return events.subList(0, i);
            }
            reached = events.get(i).seq();
        }
        return events;
    }

    /**
     * The events from the last gap on.
     *
     * @param prevSeq what comes behind them says was the event before it; 0 when nothing is known of it
     */
    static List<StoredEvent> backward(List<StoredEvent> events, long prevSeq) {
        long wanted = prevSeq;
        for (int i = events.size() - 1; i >= 0; i--) {
            if (wanted > events.get(i).seq()) {
                return events.subList(i + 1, events.size());
            }
            wanted = prevSeq(events.get(i));
        }
        return events;
    }

    private static long prevSeq(StoredEvent event) {
        return event.event().header().prevSeq();
    }
}
