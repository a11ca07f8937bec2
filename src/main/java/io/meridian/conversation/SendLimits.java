package io.meridian.conversation;

import io.meridian.message.ConversationId;
import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import io.vertx.core.Future;

/** How fast users and conversations may change anything; asked before the log, a repetition like any other. */
public interface SendLimits {
    /** For callers of our own, who are bounded otherwise. */
    SendLimits NONE = new SendLimits() {
        @Override
        public Future<Void> user(UserId sender) {
            return Future.succeededFuture();
        }

        @Override
        public void conversation(ConversationId conversation) {
            // As fast as they like.
        }

        @Override
        public void outcome(ConversationId conversation, Outcome outcome) {
            // Nothing was taken.
        }
    };

    /**
     * Fails with {@code rate_limited}. Asked first, so that one who may not write so fast takes nothing from the others of a
     * conversation.
     */
    Future<Void> user(UserId sender);

    /** Throws {@code rate_limited}. */
    void conversation(ConversationId conversation);

    /** What was refused by the fold was no message: strangers must not use up what the members have. */
    void outcome(ConversationId conversation, Outcome outcome);
}
