package io.meridian.bus;

import io.meridian.message.ConversationId;

/** A conversation with fan-out on read now ends at {@code lastSeq}, with {@code lastOrdinal} user messages. */
public record HeadMoved(ConversationId conversationId, long lastSeq, long lastOrdinal) {}
