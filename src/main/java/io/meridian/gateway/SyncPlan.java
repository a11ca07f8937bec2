package io.meridian.gateway;

import io.meridian.message.ConversationId;
import io.meridian.store.Membership;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which conversations a page of a sync looks at, and from where. Pure.
 *
 * @param items in order of their ids; as many as one page may look at
 * @param more whether conversations lie beyond them
 */
record SyncPlan(List<Item> items, boolean more) {
    /** A conversation costs up to three reads: 200 are half a second of the store, when nothing else is there to read. */
    private static final int MAX_CONVERSATIONS = 200;

    /**
     * @param held what the device holds without a gap; empty: it does not know the conversation
     * @param current whether the user is a member now
     */
    record Item(ConversationId conversationId, OptionalLong held, boolean current) {}

    /** {@code held}: what the client says to hold, by conversation. */
    static SyncPlan of(List<Membership> memberships, Map<ConversationId, Long> held, Cursors.Sync at) {
        Set<ConversationId> current = new TreeSet<>(memberships.stream()
                .filter(Membership::current)
                .map(Membership::conversationId)
                .toList());
        List<Item> items = Stream.concat(current.stream(), held.keySet().stream())
                .distinct()
                .filter(id -> ahead(id, at))
                .sorted(Comparator.naturalOrder())
                .limit(MAX_CONVERSATIONS + 1L)
                .map(id -> new Item(id, from(id, held, at), current.contains(id)))
                .toList();
        boolean more = items.size() > MAX_CONVERSATIONS;
        return new SyncPlan(more ? items.subList(0, MAX_CONVERSATIONS) : items, more);
    }

    /** The conversation that the page before ended in goes on, unless it was finished. */
    private static boolean ahead(ConversationId id, Cursors.Sync at) {
        int order = id.value().compareTo(at.conversation());
        return order > 0 || (order == 0 && !at.finished());
    }

    private static OptionalLong from(ConversationId id, Map<ConversationId, Long> held, Cursors.Sync at) {
        Long position = held.get(id);
        if (id.value().equals(at.conversation())) {
            // The page before ended here: what it gave is held now.
            return OptionalLong.of(Math.max(at.seq(), position == null ? 0 : position));
        }
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }
}
