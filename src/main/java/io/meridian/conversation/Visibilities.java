package io.meridian.conversation;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.UserId;
import io.meridian.store.ConversationStore;
import io.meridian.store.EventStore;
import io.meridian.store.Interval;
import io.vertx.core.Future;
import java.util.List;

/**
 * Reads what a user may see of a conversation, anew each time: who was removed a moment ago sees nothing newer.
 *
 * <p>The head is read first. It is projected after every membership up to it, so the memberships that are read then know
 * all of those; and what lies behind the head is looked at itself.
 */
public final class Visibilities {
    /** Rows behind the head are one store write of the sequencer, 64; after a crash a few. Beyond them nothing is shown yet. */
    private static final int TAIL = 512;

    private final Facts facts;
    private final ConversationStore conversations;
    private final EventStore events;

    public Visibilities(Facts facts, ConversationStore conversations, EventStore events) {
        this.facts = facts;
        this.conversations = conversations;
        this.events = events;
    }

    /** Of a stranger: nothing. Fails with {@code not_found} where there is no conversation. */
    public Future<Visibility> of(ConversationId conversation, UserId user) {
        return facts.of(conversation)
                .compose(fact -> conversations
                        .head(conversation)
                        .map(head -> head.orElseThrow(Facts::noConversation).lastSeq())
                        .compose(projected -> conversations
                                .intervals(conversation, user)
                                .compose(intervals -> caughtUp(conversation, user, fact, projected, intervals))));
    }

    /** What may be read of it; fails with {@code not_found} where that is nothing. */
    public Future<Visibility> readable(ConversationId conversation, UserId user) {
        return facts.of(conversation, user)
                .compose(fact -> of(conversation, user).map(visible -> {
                    boolean channel = fact.type() == ConversationType.CHANNEL;
                    if (visible.nothing() || (channel && !visible.member())) {
                        throw Facts.noConversation();
                    }
                    return visible;
                }));
    }

    private Future<Visibility> caughtUp(
            ConversationId conversation, UserId user, Facts.Fact fact, long projected, List<Interval> intervals) {
        if (intervals.stream().noneMatch(Interval::open)) {
            return Future.succeededFuture(Visibility.of(fact.type(), intervals, projected));
        }
        return events.after(conversation, projected, TAIL).map(tail -> {
            long reached =
                    tail.isEmpty() ? projected : tail.get(tail.size() - 1).seq();
            return Visibility.of(fact.type(), Visibility.caughtUp(user, intervals, tail), reached);
        });
    }
}
