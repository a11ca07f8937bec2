package io.meridian.store;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;

/**
 * One row of a user's list of conversations.
 *
 * @param addedSeq of the newest joining
 * @param removedSeq of the newest removal, 0 if there was none; a joining after it counts
 */
public record Membership(
        ConversationId conversationId, ConversationType type, Fanout fanout, long addedSeq, long removedSeq) {

    public boolean current() {
        return removedSeq == 0 || addedSeq > removedSeq;
    }
}
