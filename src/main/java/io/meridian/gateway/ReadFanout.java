package io.meridian.gateway;

import io.meridian.bus.HeadMoved;
import io.meridian.message.ConversationId;
import io.meridian.message.Fanout;
import io.meridian.store.ConversationHead;
import io.meridian.store.ConversationStore;
import io.meridian.store.Membership;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conversations whose events are not copied to inboxes: which sessions hear of them here, and how far each has come. Their
 * moves are announced over the bus; what an announcement misses is found by comparing heads.
 */
final class ReadFanout {
    private static final Logger LOG = LoggerFactory.getLogger(ReadFanout.class);
    /** Conversations of one session; of what lies beyond a client hears when it looks at its list. */
    static final int MAX_WATCHED = 1_000;
    /** Heads read at once while comparing; the next ones follow when they are there. */
    private static final int COMPARED_AT_ONCE = 200;

    private final ConversationStore conversations;
    private final Timers timers;
    private final Map<ConversationId, Watched> watched = new HashMap<>();
    private final Map<Session, Set<ConversationId>> bySession = new HashMap<>();
    private final Set<ConversationId> moved = new HashSet<>();
    private final Set<Session> joining = new HashSet<>();
    private final Set<Session> joinAgain = new HashSet<>();
    private boolean comparing;

    private static final class Watched {
        final Set<Session> sessions = new HashSet<>();
        HeadMoved head;

        Watched(HeadMoved head) {
            this.head = head;
        }
    }

    ReadFanout(ConversationStore conversations, Timers timers) {
        this.conversations = conversations;
        this.timers = timers;
    }

    /** Reads the session's conversations, again if need be, and tells it how far each is. */
    void join(Session session) {
        if (joining.add(session)) {
            join(session, 0);
        } else {
            joinAgain.add(session);
        }
    }

    void leave(Session session) {
        joining.remove(session);
        joinAgain.remove(session);
        Set<ConversationId> joined = bySession.remove(session);
        if (joined != null) {
            joined.forEach(conversation -> unwatch(conversation, session));
        }
    }

    /** The bus says so; told with the next {@link #flush}. */
    void moved(HeadMoved head) {
        Watched one = watched.get(head.conversationId());
        if (one != null && head.lastSeq() > one.head.lastSeq()) {
            one.head = head;
            moved.add(head.conversationId());
        }
    }

    /** Ten times a second: a conversation with 10,000 readers and 100 messages/s must not be a million frames. */
    void flush() {
        if (moved.isEmpty()) {
            return;
        }
        for (ConversationId conversation : moved) {
            Watched one = watched.get(conversation);
            if (one != null) {
                List.copyOf(one.sessions).forEach(session -> session.behind(one.head));
            }
        }
        moved.clear();
    }

    /** Every 5 s: what moved and was not heard of. */
    void compare() {
        if (comparing || watched.isEmpty()) {
            return;
        }
        comparing = true;
        compare(new ArrayList<>(watched.keySet()), 0)
                .onFailure(failure -> LOG.warn("Heads cannot be compared now: {}", failure.toString()))
                .onComplete(done -> comparing = false);
    }

    private Future<Void> compare(List<ConversationId> all, int from) {
        if (from >= all.size()) {
            return Future.succeededFuture();
        }
        int to = Math.min(all.size(), from + COMPARED_AT_ONCE);
        return conversations.heads(all.subList(from, to)).compose(heads -> {
            heads.values().forEach(head -> moved(headMoved(head)));
            return compare(all, to);
        });
    }

    private void join(Session session, int attempt) {
        if (session.closed()) {
            joining.remove(session);
            return;
        }
        conversations
                .of(session.identity().user())
                .map(ReadFanout::onRead)
                .compose(wanted -> wanted.isEmpty()
                        ? Future.succeededFuture(List.<ConversationHead>of())
                        : conversations.heads(wanted).map(heads -> List.copyOf(heads.values())))
                .map(heads -> watch(session, heads))
                .onFailure(failure -> timers.retry(attempt, () -> join(session, attempt + 1)));
    }

    private static List<ConversationId> onRead(List<Membership> memberships) {
        return memberships.stream()
                .filter(one -> one.current() && one.fanout() == Fanout.READ)
                .limit(MAX_WATCHED)
                .map(Membership::conversationId)
                .toList();
    }

    private Void watch(Session session, Collection<ConversationHead> heads) {
        joining.remove(session);
        if (session.closed()) {
            return null;
        }
        Set<ConversationId> before = bySession.getOrDefault(session, Set.of());
        Set<ConversationId> now = new HashSet<>();
        for (ConversationHead head : heads) {
            HeadMoved read = headMoved(head);
            now.add(head.conversationId());
            Watched one = watched.computeIfAbsent(head.conversationId(), unknown -> new Watched(read));
            moved(read);
            if (one.sessions.add(session)) {
                session.behind(one.head);
            }
        }
        before.stream().filter(gone -> !now.contains(gone)).forEach(gone -> unwatch(gone, session));
        if (now.isEmpty()) {
            bySession.remove(session);
        } else {
            bySession.put(session, now);
        }
        if (joinAgain.remove(session)) {
            join(session);
        }
        return null;
    }

    private void unwatch(ConversationId conversation, Session session) {
        Watched one = watched.get(conversation);
        if (one != null && one.sessions.remove(session) && one.sessions.isEmpty()) {
            watched.remove(conversation);
            moved.remove(conversation);
        }
    }

    private static HeadMoved headMoved(ConversationHead head) {
        return new HeadMoved(head.conversationId(), head.lastSeq(), head.lastOrdinal());
    }
}
