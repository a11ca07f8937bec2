package io.meridian.conversation;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Json;
import io.meridian.message.MessageId;
import io.meridian.message.MessageType;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import java.util.List;
import java.util.regex.Pattern;

/** A message as a client sends it, checked. {@code bytes}: about what it takes of the heap while it waits for its outcome. */
public record SendRequest(
        ConversationId conversationId, ClientMessageId clientMessageId, Action.Send message, int bytes) {
    /** An event must fit a frame of 64 KiB; ids, times and {@code deliveryId} take less than 2 KiB. */
    private static final int MAX_BYTES = 62 * 1024;

    private static final int MAX_MEDIA = 20;
    private static final int MAX_MENTIONS = 50;
    /** A character is never more than 6 bytes of JSON. */
    private static final int MOST_BYTES_PER_CHAR = 6;
    /** An id of 64 characters with its quotes and comma. */
    private static final int ID_BYTES = 67;

    /** A command with its ids, its promise and its place in a map. */
    private static final int OBJECT_BYTES = 1024;

    private static final Pattern MEDIA_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    /** {@code clientMessageId}: from a header, or null: then it is read from the fields. */
    public static SendRequest read(Fields fields, ClientMessageId clientMessageId) {
        ConversationId conversation = fields.value("conversationId", ConversationId::new);
        ClientMessageId id =
                clientMessageId != null ? clientMessageId : fields.value("clientMessageId", ClientMessageId::new);
        MessageType type = fields.value("messageType", SendRequest::messageType);
        List<String> mediaIds = fields.values("mediaIds", MAX_MEDIA, SendRequest::mediaId);
        MessageId replyTo = fields.optional("replyTo", MessageId::new).orElse(null);
        List<UserId> mentions = fields.values("mentions", MAX_MENTIONS, UserId::new);
        String content = content(fields, type, mediaIds);
        fields.check();
        Action.Send message = new Action.Send(type, content, mediaIds, replyTo, mentions);
        bound(message);
        return new SendRequest(conversation, id, message, heap(message));
    }

    /** A text without characters says nothing; a picture needs no words. */
    private static String content(Fields fields, MessageType type, List<String> mediaIds) {
        boolean optional = type != MessageType.TEXT && type != MessageType.ENCRYPTED && !mediaIds.isEmpty();
        if (optional) {
            return fields.optionalText("content").orElse("");
        }
        String content = fields.text("content");
        if (content != null && content.isEmpty()) {
            fields.reject("content", "must not be empty");
        }
        return content;
    }

    private static void bound(Action.Send message) {
        int most = message.content().length() * MOST_BYTES_PER_CHAR + ids(message) * ID_BYTES;
        int bytes = most <= MAX_BYTES ? most : Json.bytes(message).length;
        if (bytes > MAX_BYTES) {
            throw RefusedException.of(
                    ErrorCode.TOO_LARGE, "the message is " + bytes + " bytes as JSON, " + MAX_BYTES + " are allowed");
        }
    }

    private static int heap(Action.Send message) {
        return OBJECT_BYTES + message.content().length() * 2 + ids(message) * ID_BYTES * 2;
    }

    private static int ids(Action.Send message) {
        return message.mediaIds().size() + message.mentions().size();
    }

    private static MessageType messageType(String text) {
        for (MessageType type : MessageType.values()) {
            if (type.wire().equals(text)) {
                return type;
            }
        }
        throw new InvalidFieldException("messageType", "must be text, image, file, video, voice or encrypted");
    }

    private static String mediaId(String text) {
        if (!MEDIA_ID.matcher(text).matches()) {
            throw new InvalidFieldException("mediaIds", "must match " + MEDIA_ID.pattern());
        }
        return text;
    }
}
