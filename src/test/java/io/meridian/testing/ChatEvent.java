package io.meridian.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A conversation event as a client keeps it: what the contract says of it and nothing of how it came.
 *
 * @param messageId null when the event has none
 * @param clientMessageId null when the event has none
 * @param subject the user a {@code member_*} event is about, or null
 * @param members the first members of a {@code conversation_created}, else empty
 * @param content a message's content or a conversation's title, or null
 */
public record ChatEvent(
        String eventType,
        String conversationId,
        long seq,
        long prevSeq,
        long ordinal,
        String messageId,
        String clientMessageId,
        String senderId,
        String subject,
        List<String> members,
        String content) {

    public ChatEvent {
        Objects.requireNonNull(eventType);
        Objects.requireNonNull(conversationId);
        members = List.copyOf(members);
    }

    /** @throws IllegalArgumentException a field that every event has is missing: the server broke the contract */
    public static ChatEvent of(JsonNode node) {
        for (String field : List.of("eventType", "conversationId", "seq", "prevSeq", "ordinal", "serverTimestamp")) {
            if (!node.hasNonNull(field)) {
                throw new IllegalArgumentException("an event without " + field + ": " + node);
            }
        }
        List<String> members = new ArrayList<>();
        node.path("members").forEach(member -> members.add(member.path("userId").asText()));
        String type = node.get("eventType").asText();
        return new ChatEvent(
                type,
                node.get("conversationId").asText(),
                node.get("seq").asLong(),
                node.get("prevSeq").asLong(),
                node.get("ordinal").asLong(),
                text(node, "messageId"),
                text(node, "clientMessageId"),
                text(node, "senderId"),
                type.startsWith("member_") ? text(node, "userId") : null,
                members,
                node.hasNonNull("content") ? text(node, "content") : text(node, "title"));
    }

    private static String text(JsonNode node, String field) {
        return node.hasNonNull(field) ? node.get(field).asText() : null;
    }

    /** A user's message, which counts as unread for the others. */
    public boolean isMessage() {
        return eventType.equals("message_created");
    }

    /** From here on the user is a member: the chain of {@code prevSeq} that it sees starts here. */
    public boolean joins(String userId) {
        return eventType.equals("conversation_created") && members.contains(userId)
                || eventType.equals("member_added") && userId.equals(subject);
    }

    /** The last that the user sees until it is added again. */
    public boolean leaves(String userId) {
        return eventType.equals("member_removed") && userId.equals(subject);
    }
}
