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
    /**
     * Rows behind the head are one store write of the sequencer, 64; after a crash a few. Beyond 512 nothing is shown yet; they
     * are read in steps, for each may be as large as an event can be.
     */
    private static final int TAIL_STEPS = 16;

    private static final int TAIL_STEP = 32;

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
                        .position(conversation)
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
        return intervals.stream().noneMatch(Interval::open)
                ? Future.succeededFuture(Visibility.of(fact.type(), intervals, projected))
                : behind(conversation, user, fact, projected, intervals, TAIL_STEPS);
    }

    private Future<Visibility> behind(
            ConversationId conversation,
            UserId user,
            Facts.Fact fact,
            long reached,
            List<Interval> intervals,
            int steps) {
        return events.after(conversation, reached, TAIL_STEP).compose(tail -> {
            List<Interval> known = Visibility.caughtUp(user, intervals, tail);
            long now = tail.isEmpty() ? reached : tail.get(tail.size() - 1).seq();
            boolean end = tail.size() < TAIL_STEP || steps == 1;
            return end
                    ? Future.succeededFuture(Visibility.of(fact.type(), known, now))
                    : behind(conversation, user, fact, now, known, steps - 1);
        });
    }
}
