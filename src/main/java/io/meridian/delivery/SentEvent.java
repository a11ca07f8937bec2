package io.meridian.delivery;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import io.meridian.log.EventLog;
import io.meridian.log.LogEntry;
import io.meridian.message.ConversationId;
import io.meridian.message.Event;
import io.meridian.message.EventCodec;
import io.meridian.message.EventMeta;
import io.meridian.message.Json;
import io.meridian.message.NewerRecordException;
import io.meridian.message.UserId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A stored event as delivery sees it. A class, so that identity stands for the event: the bytes are never compared.
 * Of a message only the head of its JSON is read; membership events are read whole, for the users they name.
 */
final class SentEvent {
    private final Head head;
    private final EventMeta meta;
    private final byte[] json;
    private final List<UserId> named;

    /** What every event's JSON begins with, see {@link EventCodec#encode}. */
    record Head(String eventType, ConversationId conversationId, long seq, long prevSeq, long ordinal, UserId actor) {}

    SentEvent(Head head, EventMeta meta, byte[] json, List<UserId> named) {
        this.head = head;
        this.meta = meta;
        this.json = json;
        this.named = List.copyOf(named);
    }

    /**
     * @throws NewerRecordException newer code can read it, and what lies behind it has to wait for that
     * @throws IllegalArgumentException nobody can read it
     */
    static SentEvent decode(LogEntry entry) {
        byte[] meta = entry.headers().get(EventLog.META);
        if (meta == null || entry.value() == null) {
            throw new IllegalArgumentException("no event with meta at offset " + entry.offset());
        }
        try {
            Head head = head(entry.value());
            return new SentEvent(
                    head, Json.MAPPER.readValue(meta, EventMeta.class), entry.value(), named(head, entry.value()));
        } catch (IOException | RuntimeException e) {
            Optional<String> newer = newerWord(e);
            if (newer.isPresent()) {
                throw new NewerRecordException(newer.get() + " of the event at offset " + entry.offset(), e);
            }
            throw new IllegalArgumentException(
                    "unreadable event at offset " + entry.offset() + ": " + e.getMessage(), e);
        }
    }

    /** A word where this code knows a few: a way of fan-out, a type of conversation or a role that came later. */
    private static Optional<String> newerWord(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidFormatException word
                    && word.getTargetType().isEnum()
                    && word.getValue() instanceof String) {
                return Optional.of(word.getTargetType().getSimpleName() + " \"" + word.getValue() + "\"");
            }
        }
        return Optional.empty();
    }

    private static Head head(byte[] json) throws IOException {
        String eventType = null;
        ConversationId conversation = null;
        UserId actor = null;
        long seq = 0;
        long prevSeq = -1;
        long ordinal = -1;
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(json)) {
            parser.nextToken();
            while (actor == null && parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "eventType" -> eventType = parser.getText();
                    case "conversationId" -> conversation = new ConversationId(parser.getText());
                    case "seq" -> seq = parser.getLongValue();
                    case "prevSeq" -> prevSeq = parser.getLongValue();
                    case "ordinal" -> ordinal = parser.getLongValue();
                    case "senderId" -> actor = new UserId(parser.getText());
                    default -> parser.skipChildren();
                }
            }
        }
        if (eventType == null || conversation == null || seq <= 0 || prevSeq < 0 || ordinal < 0 || actor == null) {
            throw new IOException("not an event's head");
        }
        return new Head(eventType, conversation, seq, prevSeq, ordinal, actor);
    }

    private static List<UserId> named(Head head, byte[] json) {
        return switch (head.eventType()) {
            case "conversation_created", "member_added", "member_removed", "member_role_changed" ->
                named(EventCodec.decode(json));
            default -> List.of();
        };
    }

    private static List<UserId> named(Event event) {
        if (event instanceof Event.ConversationCreated created) {
            return created.members().stream().map(Event.Member::userId).toList();
        } else if (event instanceof Event.MemberAdded added) {
            return List.of(added.user());
        } else if (event instanceof Event.MemberRemoved removed) {
            return List.of(removed.user());
        } else if (event instanceof Event.MemberRoleChanged changed) {
            return List.of(changed.user());
        }
        return List.of();
    }

    String eventType() {
        return head.eventType();
    }

    ConversationId conversationId() {
        return head.conversationId();
    }

    long seq() {
        return head.seq();
    }

    long prevSeq() {
        return head.prevSeq();
    }

    long ordinal() {
        return head.ordinal();
    }

    UserId actor() {
        return head.actor();
    }

    EventMeta meta() {
        return meta;
    }

    byte[] json() {
        return json;
    }

    /** The users whose membership the event changes; a creation's first members. */
    List<UserId> named() {
        return named;
    }

    @Override
    public String toString() {
        return head.toString();
    }
}
