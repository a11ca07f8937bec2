package io.meridian.conversation;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Event;
import io.meridian.message.EventMeta;
import io.meridian.message.Fanout;
import io.meridian.message.Ids;
import io.meridian.message.MessageType;
import io.meridian.message.RegionId;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import java.time.Instant;
import java.util.List;

/** Events for tests. */
public final class Events {
    public static final ConversationId CONVERSATION = new ConversationId("0123456789abcdef0123456789abcdef");
    public static final UserId SENDER = new UserId("sender");

    private Events() {}

    /** The conversation loses {@code user} at {@code seq}. */
    public static StoredEvent removal(long seq, UserId user) {
        StoredEvent message = message(seq, seq - 1);
        return StoredEvent.of(new Event.MemberRemoved(message.event().header(), user, false), message.meta());
    }

    /** {@code user} joins at {@code seq}. */
    public static StoredEvent joining(long seq, UserId user) {
        StoredEvent message = message(seq, seq - 1);
        return StoredEvent.of(
                new Event.MemberAdded(message.event().header(), user, io.meridian.message.Role.MEMBER), message.meta());
    }

    public static StoredEvent message(long seq, long prevSeq) {
        return message(seq, prevSeq, "message " + seq);
    }

    public static StoredEvent message(long seq, long prevSeq, String content) {
        ClientMessageId id = new ClientMessageId("c" + seq);
        Event.Header header = new Event.Header(
                CONVERSATION,
                seq,
                prevSeq,
                seq,
                Ids.message(CONVERSATION, SENDER, id),
                id,
                SENDER,
                Instant.EPOCH,
                new RegionId("us-east"));
        return StoredEvent.of(
                new Event.MessageCreated(
                        header, new Action.Send(MessageType.TEXT, content, List.of(), null, List.of())),
                new EventMeta("log/0", seq, 0, "hash", 1, ConversationType.GROUP, Fanout.WRITE, false, null));
    }
}
