package io.meridian.bus;

import io.meridian.message.ConversationId;
import io.meridian.message.UserId;

/** The user says to have read the conversation up to {@code seq}. */
public record ReadUpTo(UserId userId, ConversationId conversationId, long seq) {}
