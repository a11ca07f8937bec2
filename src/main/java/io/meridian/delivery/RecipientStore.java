package io.meridian.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.meridian.message.ConversationId;
import io.meridian.message.UserId;
import io.meridian.store.ConversationStore;
import io.meridian.store.Interval;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the recipients of events. Member lists are cached under (conversation, membersSeq): what that key says never
 * changes, so nothing is ever invalidated. The projections of an event are written before it is published, so a list
 * read now knows every change up to it. On one Vert.x context.
 */
final class RecipientStore {
    /** 64 questions to Cassandra in flight: enough to hide its latency, too few to crowd out the sequencer's. */
    private static final int READS_IN_FLIGHT = 64;

    private final ConversationStore conversations;
    private final Cache<Key, MemberList> lists;
    private final FlowWindow window = new FlowWindow(READS_IN_FLIGHT);

    private record Key(ConversationId conversationId, long membersSeq) {}

    /** {@code cachedMembers}: bound of all cached lists together, in users. */
    RecipientStore(ConversationStore conversations, long cachedMembers) {
        this.conversations = conversations;
        this.lists = Caffeine.newBuilder()
                .maximumWeight(cachedMembers)
                .weigher((Key key, MemberList list) -> list.weight())
                .executor(Runnable::run)
                .build();
    }

    /** The recipients of each event, in order; fails when the store does. */
    Future<List<FanoutPlan.Addressed>> resolve(List<SentEvent> events) {
        Map<Key, MemberList> found = new HashMap<>();
        Map<ConversationId, Set<Long>> missing = new HashMap<>();
        for (SentEvent event : events) {
            if (Audience.of(event) instanceof Audience.Members) {
                Key key = key(event);
                MemberList list = found.containsKey(key) ? found.get(key) : lists.getIfPresent(key);
                if (list != null) {
                    found.put(key, list);
                } else {
                    missing.computeIfAbsent(event.conversationId(), absent -> new HashSet<>())
                            .add(event.meta().membersSeq());
                }
            } else if (event.eventType().equals("conversation_created")) {
                remember(found, key(event), new MemberList(event.seq(), event.named(), List.of()));
            }
        }
        List<Future<Void>> loads = new ArrayList<>();
        missing.forEach((conversation, wanted) -> loads.add(load(conversation, wanted, found)));
        return Future.all(loads).compose(loaded -> address(events, found));
    }

    private static Key key(SentEvent event) {
        return new Key(event.conversationId(), event.meta().membersSeq());
    }

    private void remember(Map<Key, MemberList> found, Key key, MemberList list) {
        found.put(key, list);
        lists.put(key, list);
    }

    /** One read serves every list of the conversation that the batch needs: the intervals hold its whole history. */
    private Future<Void> load(ConversationId conversation, Set<Long> wanted, Map<Key, MemberList> found) {
        wanted.removeIf(membersSeq -> found.containsKey(new Key(conversation, membersSeq)));
        if (wanted.isEmpty()) {
            return Future.succeededFuture();
        }
        return window.run(() -> conversations.members(conversation)).map(intervals -> {
            wanted.forEach(membersSeq ->
                    remember(found, new Key(conversation, membersSeq), MemberList.at(membersSeq, intervals)));
            return null;
        });
    }

    private Future<List<FanoutPlan.Addressed>> address(List<SentEvent> events, Map<Key, MemberList> found) {
        List<Future<FanoutPlan.Addressed>> all = new ArrayList<>(events.size());
        for (SentEvent event : events) {
            all.add(recipients(event, found).map(users -> new FanoutPlan.Addressed(event, users)));
        }
        return Future.all(all).map(done -> done.<FanoutPlan.Addressed>list());
    }

    private Future<List<UserId>> recipients(SentEvent event, Map<Key, MemberList> found) {
        Audience audience = Audience.of(event);
        if (audience instanceof Audience.Members) {
            return Future.succeededFuture(found.get(key(event)).recipients(event.seq()));
        }
        if (audience instanceof Audience.Only only) {
            return Future.succeededFuture(only.users());
        }
        return membersAmong(((Audience.OnlyIfMember) audience).users(), event);
    }

    private Future<List<UserId>> membersAmong(List<UserId> users, SentEvent event) {
        if (users.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        List<Future<List<Interval>>> reads = new ArrayList<>();
        users.forEach(user -> reads.add(window.run(() -> conversations.intervals(event.conversationId(), user))));
        return Future.all(reads).map(done -> {
            List<UserId> members = new ArrayList<>();
            for (int i = 0; i < users.size(); i++) {
                if (reads.get(i).result().stream().anyMatch(interval -> interval.sees(event.seq()))) {
                    members.add(users.get(i));
                }
            }
            return members;
        });
    }
}
