package io.meridian.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.meridian.conversation.History;
import io.meridian.conversation.Refusals;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.EventCodec;
import io.meridian.message.Json;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.StoredEvent;
import io.meridian.store.ConversationHead;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What services are answered: a JSON object whose {@code status} says what it is. Pure. */
final class ServiceReply {
    private ServiceReply() {}

    /**
     * Refused, with the codes of the HTTP API. Where another try is worth it, {@code id} goes with it: it makes the repetition
     * the same command.
     */
    static ObjectNode refused(RefusedException refused, ClientMessageId idOrNull) {
        ObjectNode reply = Json.MAPPER
                .createObjectNode()
                .put("status", "refused")
                .put("code", refused.code().code())
                .put("detail", refused.detail());
        if (!refused.errors().isEmpty()) {
            refused.errors().forEach(reply.putObject("errors")::put);
        }
        Refusals.retryAfter(refused).ifPresent(after -> {
            reply.put("retryAfterMs", after.toMillis());
            if (idOrNull != null) {
                reply.put("clientMessageId", idOrNull.value());
            }
        });
        return reply;
    }

    /** A change that is stored. */
    static ObjectNode done(ClientMessageId id, Outcome.Done done) {
        return done(done.conversationId(), id)
                .put("messageId", done.messageId().value())
                .put("seq", done.seq())
                .put("prevSeq", done.prevSeq())
                .put("ordinal", done.ordinal())
                .put("serverTimestamp", EventCodec.time(done.at()))
                .put("duplicate", done.duplicate());
    }

    /** A change that was not due: it is so already. */
    static ObjectNode unchanged(ConversationId conversation, ClientMessageId id) {
        return done(conversation, id).put("duplicate", true);
    }

    private static ObjectNode done(ConversationId conversation, ClientMessageId id) {
        return Json.MAPPER
                .createObjectNode()
                .put("status", "done")
                .put("conversationId", conversation.value())
                .put("clientMessageId", id.value());
    }

    /**
     * Events as they were stored, up to {@code maxBytes} of them but at least one. {@code more}: read on behind the last. A page
     * that would be empty for a missing event is an engine's failure, not the end.
     */
    static ObjectNode events(History.Page page, int maxBytes) {
        if (page.events().isEmpty() && page.broken()) {
            throw Refusals.unavailable();
        }
        ObjectNode reply = Json.MAPPER.createObjectNode().put("status", "done");
        ArrayNode items = reply.putArray("items");
        long bytes = 0;
        for (StoredEvent event : page.events()) {
            bytes += event.json().length;
            if (bytes > maxBytes && !items.isEmpty()) {
                return reply.put("more", true);
            }
            items.addRawValue(new RawValue(new String(event.json(), StandardCharsets.UTF_8)));
        }
        return reply.put("more", page.more());
    }

    /** {@code next}: the cursor of the next page, or null. */
    static ObjectNode conversations(List<ConversationHead> heads, String next) {
        ObjectNode reply = Json.MAPPER.createObjectNode().put("status", "done");
        ArrayNode items = reply.putArray("items");
        for (ConversationHead head : heads) {
            ObjectNode item = items.addObject()
                    .put("conversationId", head.conversationId().value())
                    .put("type", head.type().wire());
            if (head.title() != null) {
                item.put("title", head.title());
            }
            item.put("lastSeq", head.lastSeq()).put("lastOrdinal", head.lastOrdinal());
        }
        return reply.put("nextCursor", next);
    }
}
