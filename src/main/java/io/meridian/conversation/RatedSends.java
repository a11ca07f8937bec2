package io.meridian.conversation;

import io.meridian.limits.Limit;
import io.meridian.limits.RateLimits;
import io.meridian.message.Action;
import io.meridian.message.ConversationId;
import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import io.meridian.store.ConversationStore;
import io.vertx.core.Future;

/** The limits of users and conversations, counted by the node, whichever way the changes come. */
public final class RatedSends implements SendLimits {
    private final RateLimits rates;
    private final ConversationSizes sizes;

    RatedSends(RateLimits rates, ConversationSizes sizes) {
        this.rates = rates;
        this.sizes = sizes;
    }

    /** {@code rates}: the node's. */
    public static RatedSends of(RateLimits rates, ConversationStore conversations) {
        return new RatedSends(
                rates, new ConversationSizes(conversations, rates.settings().largeConversation()));
    }

    @Override
    public Future<Void> user(UserId sender) {
        long wait = rates.tryTake(Limit.USER_MESSAGES, sender.value());
        return wait == 0 ? Future.succeededFuture() : Future.failedFuture(rates.refusal(Limit.USER_MESSAGES, wait));
    }

    @Override
    public void change(Commands.Draft change) {
        if (!creates(change.action())) {
            conversation(change.conversationId());
        }
        int memberships = memberships(change.action());
        long wait = memberships == 0
                ? 0
                : rates.tryTake(Limit.USER_MEMBERSHIPS, change.actor().value(), memberships);
        if (wait > 0) {
            conversationGetsBack(change);
            throw rates.refusal(Limit.USER_MEMBERSHIPS, wait);
        }
    }

    private void conversation(ConversationId conversation) {
        rates.take(Limit.CONVERSATION_MESSAGES, conversation.value());
        long wait = rates.tryTake(Limit.LARGE_CONVERSATION_MESSAGES, conversation.value());
        if (wait > 0 && sizes.large(conversation)) {
            rates.giveBack(Limit.CONVERSATION_MESSAGES, conversation.value());
            throw rates.refusal(Limit.LARGE_CONVERSATION_MESSAGES, wait);
        }
    }

    @Override
    public void outcome(Commands.Draft change, Outcome outcome) {
        boolean refused = outcome instanceof Outcome.Rejected;
        if (refused) {
            conversationGetsBack(change);
        }
        if (refused || outcome instanceof Outcome.Done done && done.duplicate()) {
            int memberships = memberships(change.action());
            if (memberships > 0) {
                rates.giveBack(Limit.USER_MEMBERSHIPS, change.actor().value(), memberships);
            }
        }
    }

    private void conversationGetsBack(Commands.Draft change) {
        if (!creates(change.action())) {
            String conversation = change.conversationId().value();
            rates.giveBack(Limit.CONVERSATION_MESSAGES, conversation);
            rates.giveBack(Limit.LARGE_CONVERSATION_MESSAGES, conversation);
        }
    }

    private static boolean creates(Action action) {
        return action instanceof Action.CreateDirect
                || action instanceof Action.CreateGroup
                || action instanceof Action.CreateChannel;
    }

    /** How many it makes, the actor's own included: each is a row of somebody's list, which is read whole. */
    private static int memberships(Action action) {
        if (action instanceof Action.CreateDirect) {
            return 2;
        }
        if (action instanceof Action.CreateGroup group) {
            return group.members().size() + 1;
        }
        if (action instanceof Action.CreateChannel channel) {
            return channel.members().size() + 1;
        }
        return action instanceof Action.AddMembers add ? add.users().size() : 0;
    }
}
