package io.meridian.delivery;

import io.meridian.bus.HeadMoved;
import io.meridian.message.ConversationId;
import io.meridian.message.DeviceId;
import io.meridian.message.Fanout;
import io.meridian.message.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a batch of events means for inboxes: for each user the entries in log order, and which conversations with
 * fan-out on read moved on. Pure.
 */
record FanoutPlan(List<UserEntries> inboxes, List<HeadMoved> heads) {

    /** An event and the users it goes to. */
    record Addressed(SentEvent event, List<UserId> recipients) {}

    /**
     * One entry for each device of a user, but {@code excluded}.
     *
     * @param flags see {@link InboxFlags}
     * @param excluded the device that sent it over a live connection and was answered there; or null
     */
    record Entry(SentEvent event, int flags, DeviceId excluded) {
        byte[] json() {
            return event.json();
        }
    }

    /** One user's entries, in order. */
    record UserEntries(UserId user, List<Entry> entries) {
        /** Parts of at most {@code maxBytes} of events each (an event alone may exceed it), in order. */
        List<UserEntries> split(int maxBytes) {
            List<UserEntries> parts = new ArrayList<>();
            int from = 0;
            long bytes = 0;
            for (int i = 0; i < entries.size(); i++) {
                int size = entries.get(i).json().length;
                if (i > from && bytes + size > maxBytes) {
                    parts.add(new UserEntries(user, entries.subList(from, i)));
                    from = i;
                    bytes = 0;
                }
                bytes += size;
            }
            parts.add(new UserEntries(user, entries.subList(from, entries.size())));
            return parts;
        }

        long bytes() {
            return entries.stream().mapToLong(entry -> entry.json().length).sum();
        }
    }

    private record Position(ConversationId conversationId, long seq) {}

    /** Events that occur again within the batch (the sequencer publishes again after a crash) count once. */
    static FanoutPlan of(List<Addressed> batch) {
        Set<Position> seen = new HashSet<>();
        Map<UserId, List<Entry>> inboxes = new LinkedHashMap<>();
        Map<ConversationId, HeadMoved> heads = new HashMap<>();
        for (Addressed addressed : batch) {
            SentEvent event = addressed.event();
            if (!seen.add(new Position(event.conversationId(), event.seq()))) {
                continue;
            }
            if (event.meta().fanout() == Fanout.READ) {
                heads.merge(
                        event.conversationId(),
                        new HeadMoved(event.conversationId(), event.seq(), event.ordinal()),
                        (one, other) -> one.lastSeq() >= other.lastSeq() ? one : other);
            }
            add(addressed, inboxes);
        }
        List<UserEntries> calls = new ArrayList<>(inboxes.size());
        inboxes.forEach((user, entries) -> calls.add(new UserEntries(user, entries)));
        return new FanoutPlan(calls, List.copyOf(heads.values()));
    }

    private static void add(Addressed addressed, Map<UserId, List<Entry>> inboxes) {
        SentEvent event = addressed.event();
        int flags = event.meta().fanout() == Fanout.READ ? InboxFlags.MEMBERSHIP : 0;
        Entry entry = new Entry(event, flags, null);
        for (UserId user : addressed.recipients()) {
            boolean actor = event.meta().originDevice() != null && user.equals(event.actor());
            inboxes.computeIfAbsent(user, absent -> new ArrayList<>())
                    .add(actor ? new Entry(event, flags, event.meta().originDevice()) : entry);
        }
    }
}
