package io.meridian.delivery;

import io.meridian.log.EventLog;
import io.meridian.log.LogEntry;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.DeviceId;
import io.meridian.message.Event;
import io.meridian.message.EventMeta;
import io.meridian.message.Fanout;
import io.meridian.message.Ids;
import io.meridian.message.Json;
import io.meridian.message.MessageType;
import io.meridian.message.RegionId;
import io.meridian.message.Role;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Events as the sequencer stores and publishes them. */
final class Samples {
    static final RegionId REGION = new RegionId("us-east");
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private Samples() {}

    static String unique(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }

    static UserId user(String name) {
        return new UserId(name);
    }

    /** A user whom no other test uses. */
    static UserId anyUser() {
        return new UserId(unique(""));
    }

    static DeviceId device(String name) {
        return new DeviceId(name);
    }

    /** How a conversation's event reaches devices, and from where it came. */
    record Way(long membersSeq, Fanout fanout, boolean fanoutChanged, DeviceId origin) {
        static Way write(long membersSeq) {
            return new Way(membersSeq, Fanout.WRITE, false, null);
        }

        static Way read(long membersSeq) {
            return new Way(membersSeq, Fanout.READ, false, null);
        }

        Way from(DeviceId device) {
            return new Way(membersSeq, fanout, fanoutChanged, device);
        }
    }

    static Event.Header header(ConversationId conversation, long seq, UserId actor) {
        var client = new ClientMessageId("c" + seq);
        return new Event.Header(
                conversation, seq, seq - 1, seq, Ids.message(conversation, actor, client), client, actor, NOW, REGION);
    }

    static StoredEvent message(ConversationId conversation, long seq, UserId actor, String text, Way way) {
        return stored(
                new Event.MessageCreated(
                        header(conversation, seq, actor),
                        new Action.Send(MessageType.TEXT, text, List.of(), null, List.of())),
                way);
    }

    static StoredEvent created(
            ConversationId conversation, long seq, ConversationType type, Way way, UserId... members) {
        return stored(
                new Event.ConversationCreated(
                        header(conversation, seq, members[0]),
                        type,
                        "title",
                        REGION,
                        Arrays.stream(members)
                                .map(user -> new Event.Member(user, Role.MEMBER))
                                .toList()),
                way);
    }

    static StoredEvent added(ConversationId conversation, long seq, UserId actor, UserId user, Way way) {
        return stored(new Event.MemberAdded(header(conversation, seq, actor), user, Role.MEMBER), way);
    }

    static StoredEvent removed(ConversationId conversation, long seq, UserId actor, UserId user, Way way) {
        return stored(new Event.MemberRemoved(header(conversation, seq, actor), user, false), way);
    }

    static StoredEvent stored(Event event, Way way) {
        return StoredEvent.of(
                event,
                new EventMeta(
                        "log/0",
                        event.header().seq(),
                        NOW.toEpochMilli(),
                        "hash",
                        way.membersSeq(),
                        ConversationType.GROUP,
                        way.fanout(),
                        way.fanoutChanged(),
                        way.origin()));
    }

    /** As it comes out of the log. */
    static SentEvent sent(StoredEvent stored) {
        return SentEvent.decode(entry(stored.seq(), stored));
    }

    static LogEntry entry(long offset, StoredEvent stored) {
        return new LogEntry(
                offset,
                NOW.toEpochMilli(),
                stored.conversationId().value().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                stored.json(),
                Map.of(EventLog.META, Json.bytes(stored.meta())));
    }

    /** One user's entries without an excluded device. */
    static FanoutPlan.UserEntries entries(UserId user, SentEvent... events) {
        return new FanoutPlan.UserEntries(
                user,
                Arrays.stream(events)
                        .map(event -> new FanoutPlan.Entry(event, 0, null))
                        .toList());
    }
}
