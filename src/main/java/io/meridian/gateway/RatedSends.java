package io.meridian.gateway;

import io.meridian.conversation.SendLimits;
import io.meridian.limits.Limit;
import io.meridian.limits.RateLimits;
import io.meridian.message.ConversationId;
import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import io.vertx.core.Future;

/** The limits of clients, counted by the node. */
final class RatedSends implements SendLimits {
    private final RateLimits rates;
    private final ConversationSizes sizes;

    RatedSends(RateLimits rates, ConversationSizes sizes) {
        this.rates = rates;
        this.sizes = sizes;
    }

    @Override
    public Future<Void> user(UserId sender) {
        long wait = rates.tryTake(Limit.USER_MESSAGES, sender.value());
        return wait == 0 ? Future.succeededFuture() : Future.failedFuture(rates.refusal(Limit.USER_MESSAGES, wait));
    }

    @Override
    public void conversation(ConversationId conversation) {
        rates.take(Limit.CONVERSATION_MESSAGES, conversation.value());
        long wait = rates.tryTake(Limit.LARGE_CONVERSATION_MESSAGES, conversation.value());
        if (wait > 0 && sizes.large(conversation)) {
            rates.giveBack(Limit.CONVERSATION_MESSAGES, conversation.value());
            throw rates.refusal(Limit.LARGE_CONVERSATION_MESSAGES, wait);
        }
    }

    @Override
    public void outcome(ConversationId conversation, Outcome outcome) {
        if (outcome instanceof Outcome.Rejected) {
            rates.giveBack(Limit.CONVERSATION_MESSAGES, conversation.value());
            rates.giveBack(Limit.LARGE_CONVERSATION_MESSAGES, conversation.value());
        }
    }
}
