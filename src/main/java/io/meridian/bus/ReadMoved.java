package io.meridian.bus;

import io.meridian.message.ConversationId;
import io.meridian.message.UserId;

/** The user has read up to {@code readSeq}, on one of their devices; the others are told. {@code atMs}: Unix ms. */
public record ReadMoved(UserId userId, ConversationId conversationId, long readSeq, long atMs) {}
