package io.meridian.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.bus.HeadMoved;
import io.meridian.bus.ReadMoved;
import io.meridian.delivery.DeliveryId;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.EventCodec;
import io.meridian.message.Json;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Frames from server to client, as text. */
final class Frames {
    static final String PONG = "{\"eventType\":\"pong\"}";
    static final String SYNCED = "{\"eventType\":\"synced\"}";

    private Frames() {}

    static String ready(SessionIdentity session, String region, String node, long heartbeatSeconds, boolean complete) {
        return text(frame("ready")
                .put("userId", session.user().value())
                .put("deviceId", session.device().value())
                .put("sessionId", session.sessionId())
                .put("region", region)
                .put("node", node)
                .put("heartbeatSeconds", heartbeatSeconds)
                .put("inboxComplete", complete));
    }

    static String messageSent(String requestId, ClientMessageId clientMessageId, Outcome.Done done) {
        return text(asked("message_sent", requestId)
                .put("conversationId", done.conversationId().value())
                .put("clientMessageId", clientMessageId.value())
                .put("messageId", done.messageId().value())
                .put("seq", done.seq())
                .put("prevSeq", done.prevSeq())
                .put("ordinal", done.ordinal())
                .put("serverTimestamp", EventCodec.time(done.at()))
                .put("duplicate", done.duplicate()));
    }

    static String messageAccepted(String requestId, ConversationId conversation, ClientMessageId clientMessageId) {
        return text(asked("message_accepted", requestId)
                .put("conversationId", conversation.value())
                .put("clientMessageId", clientMessageId.value()));
    }

    static String error(String requestId, RefusedException refused) {
        ObjectNode node =
                asked("error", requestId).put("code", refused.code().code()).put("detail", refused.detail());
        Problem.retryAfter(refused).ifPresent(after -> node.put("retryAfterMs", after.toMillis()));
        return text(node);
    }

    /** The part of an event's frame that is the same for every device: its JSON behind the opening brace. */
    static String tail(byte[] event) {
        return new String(event, 1, event.length - 1, StandardCharsets.UTF_8);
    }

    /** An inbox entry: the event as it was stored, with its {@code deliveryId} in front. */
    static String entry(DeliveryId id, String tail) {
        return "{\"deliveryId\":\"" + id + "\"," + tail;
    }

    static String behind(HeadMoved head) {
        return text(frame("conversation_behind")
                .put("conversationId", head.conversationId().value())
                .put("lastSeq", head.lastSeq())
                .put("lastOrdinal", head.lastOrdinal()));
    }

    static String read(ReadMoved moved) {
        return text(frame("receipt_updated")
                .put("conversationId", moved.conversationId().value())
                .put("userId", moved.userId().value())
                .put("readSeq", moved.readSeq())
                .put("readAt", EventCodec.time(Instant.ofEpochMilli(moved.atMs()))));
    }

    static String reconnect(String reason, long afterMs) {
        return text(frame("reconnect").put("afterMs", afterMs).put("reason", reason));
    }

    private static ObjectNode asked(String eventType, String requestId) {
        ObjectNode node = frame(eventType);
        return requestId == null ? node : node.put("requestId", requestId);
    }

    private static ObjectNode frame(String eventType) {
        return Json.MAPPER.createObjectNode().put("eventType", eventType);
    }

    private static String text(ObjectNode node) {
        try {
            return Json.MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always serialisable", e);
        }
    }
}
