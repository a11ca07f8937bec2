package io.meridian.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Events as the contract's JSON objects. */
public final class EventCodec {
    private static final DateTimeFormatter RFC_3339_MS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private EventCodec() {}

    /** A time as the contract writes it: RFC 3339, UTC, milliseconds. */
    public static String time(Instant at) {
        return RFC_3339_MS.format(at);
    }

    public static byte[] encode(Event event) {
        Event.Header header = event.header();
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("eventType", event.eventType());
        node.put("conversationId", header.conversationId().value());
        node.put("seq", header.seq());
        node.put("prevSeq", header.prevSeq());
        node.put("ordinal", header.ordinal());
        node.put("messageId", header.commandId().value());
        node.put("clientMessageId", header.clientMessageId().value());
        node.put("senderId", header.actor().value());
        body(event, node);
        node.put("serverTimestamp", time(header.at()));
        node.put("region", header.region().value());
        return Json.bytes(node);
    }

    private static void body(Event event, ObjectNode node) {
        if (event instanceof Event.MessageCreated created) {
            message(created.message(), node);
        } else if (event instanceof Event.ConversationCreated created) {
            node.put("type", created.type().wire());
            title(created.title(), node);
            node.put("home", created.home().value());
            ArrayNode members = node.putArray("members");
            created.members()
                    .forEach(member -> members.addObject()
                            .put("userId", member.userId().value())
                            .put("role", member.role().wire()));
        } else if (event instanceof Event.ConversationUpdated updated) {
            title(updated.title(), node);
        } else if (event instanceof Event.MemberAdded added) {
            node.put("userId", added.user().value()).put("role", added.role().wire());
        } else if (event instanceof Event.MemberRemoved removed) {
            node.put("userId", removed.user().value()).put("banned", removed.banned());
        } else if (event instanceof Event.MemberRoleChanged changed) {
            node.put("userId", changed.user().value())
                    .put("role", changed.role().wire());
        }
    }

    private static void title(String title, ObjectNode node) {
        if (title != null) {
            node.put("title", title);
        }
    }

    private static void message(Action.Send message, ObjectNode node) {
        node.put("messageType", message.messageType().wire());
        node.put("content", message.content());
        if (!message.mediaIds().isEmpty()) {
            message.mediaIds().forEach(node.putArray("mediaIds")::add);
        }
        if (message.replyTo() != null) {
            node.put("replyTo", message.replyTo().value());
        }
        if (!message.mentions().isEmpty()) {
            ArrayNode mentions = node.putArray("mentions");
            message.mentions().forEach(user -> mentions.add(user.value()));
        }
    }

    /** @throws IllegalArgumentException bytes that {@link #encode} did not make: the store is damaged or newer than this code */
    public static Event decode(byte[] json) {
        try {
            JsonNode node = Json.MAPPER.readTree(json);
            Event.Header header = header(node);
            return switch (node.path("eventType").asText()) {
                case "message_created" -> new Event.MessageCreated(header, message(node));
                case "conversation_created" ->
                    new Event.ConversationCreated(
                            header,
                            Json.MAPPER.treeToValue(node.get("type"), ConversationType.class),
                            title(node),
                            new RegionId(node.path("home").asText()),
                            members(node));
                case "conversation_updated" -> new Event.ConversationUpdated(header, title(node));
                case "member_added" -> new Event.MemberAdded(header, user(node), role(node));
                case "member_removed" ->
                    new Event.MemberRemoved(
                            header, user(node), node.path("banned").asBoolean());
                case "member_role_changed" -> new Event.MemberRoleChanged(header, user(node), role(node));
                default ->
                    throw new IllegalArgumentException(
                            "unknown event type " + node.path("eventType").asText());
            };
        } catch (IOException e) {
            throw new IllegalArgumentException("not an event: " + e.getMessage(), e);
        }
    }

    private static Event.Header header(JsonNode node) {
        return new Event.Header(
                new ConversationId(node.path("conversationId").asText()),
                node.path("seq").asLong(),
                node.path("prevSeq").asLong(),
                node.path("ordinal").asLong(),
                new MessageId(node.path("messageId").asText()),
                new ClientMessageId(node.path("clientMessageId").asText()),
                new UserId(node.path("senderId").asText()),
                Instant.parse(node.path("serverTimestamp").asText()),
                new RegionId(node.path("region").asText()));
    }

    private static Action.Send message(JsonNode node) throws IOException {
        List<String> mediaIds = new ArrayList<>();
        node.path("mediaIds").forEach(id -> mediaIds.add(id.asText()));
        List<UserId> mentions = new ArrayList<>();
        node.path("mentions").forEach(user -> mentions.add(new UserId(user.asText())));
        return new Action.Send(
                Json.MAPPER.treeToValue(node.get("messageType"), MessageType.class),
                node.path("content").asText(),
                mediaIds,
                node.hasNonNull("replyTo") ? new MessageId(node.get("replyTo").asText()) : null,
                mentions);
    }

    private static String title(JsonNode node) {
        return node.hasNonNull("title") ? node.get("title").asText() : null;
    }

    private static UserId user(JsonNode node) {
        return new UserId(node.path("userId").asText());
    }

    private static Role role(JsonNode node) throws IOException {
        return Json.MAPPER.treeToValue(node.get("role"), Role.class);
    }

    private static List<Event.Member> members(JsonNode node) throws IOException {
        List<Event.Member> members = new ArrayList<>();
        for (JsonNode member : node.path("members")) {
            members.add(new Event.Member(user(member), role(member)));
        }
        return members;
    }
}
