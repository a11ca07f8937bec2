package io.meridian.store;

import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.RegionId;
import java.time.Instant;

/**
 * A conversation as lists and headers show it.
 *
 * @param title or null
 * @param home the region it belongs to, whoever owns it now
 * @param lastOrdinal user messages so far
 * @param lastEvent JSON of the event at {@code lastSeq}, or null: there is none, or it was not asked for
 */
public record ConversationHead(
        ConversationId conversationId,
        ConversationType type,
        String title,
        RegionId home,
        Instant createdAt,
        Fanout fanout,
        long lastSeq,
        long lastOrdinal,
        byte[] lastEvent) {}
