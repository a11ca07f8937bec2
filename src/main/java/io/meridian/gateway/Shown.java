package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.meridian.message.EventCodec;
import io.meridian.message.Json;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import io.meridian.store.ConversationHead;
import io.meridian.store.Device;
import io.meridian.store.Interval;
import io.meridian.store.ReadCursor;
import io.meridian.store.User;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Objects of the contract as JSON. Events are put in as they were stored. */
final class Shown {
    private Shown() {}

    static ObjectNode user(User user) {
        return Json.MAPPER
                .createObjectNode()
                .put("userId", user.id().value())
                .put("username", user.username())
                .put("displayName", user.displayName());
    }

    /** Without {@code pushToken}: who can read a device list need not be able to wake the device. */
    static ObjectNode device(Device device) {
        ObjectNode node =
                Json.MAPPER.createObjectNode().put("deviceId", device.id().value());
        if (device.platform() != null) {
            node.put("platform", device.platform());
        }
        return node.put("registeredAt", EventCodec.time(device.registeredAt()));
    }

    /**
     * @param members those to show; more are there if {@code membersCursor} is not null
     * @param cursor the caller's
     */
    static ObjectNode conversation(ConversationHead head, ArrayNode members, String membersCursor, ReadCursor cursor) {
        ObjectNode node = Json.MAPPER
                .createObjectNode()
                .put("conversationId", head.conversationId().value())
                .put("type", head.type().wire());
        if (head.title() != null) {
            node.put("title", head.title());
        }
        node.put("region", head.home().value()).put("createdAt", EventCodec.time(head.createdAt()));
        node.set("members", members);
        if (membersCursor != null) {
            node.put("membersCursor", membersCursor);
        }
        node.put("lastSeq", head.lastSeq())
                .put("lastOrdinal", head.lastOrdinal())
                .put("readSeq", cursor.seq())
                .put("unreadCount", Math.max(0, head.lastOrdinal() - cursor.ordinal()));
        if (head.lastEvent() != null) {
            node.putRawValue("lastEvent", raw(head.lastEvent()));
        }
        return node.put("muted", false);
    }

    static ArrayNode members(List<Interval> members, Map<UserId, User> users) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (Interval member : members) {
            ObjectNode node = array.addObject().put("userId", member.user().value());
            User user = users.get(member.user());
            if (user != null) {
                node.put("username", user.username());
            }
            node.put("role", member.role().wire());
        }
        return array;
    }

    static ArrayNode events(List<StoredEvent> events) {
        ArrayNode array = Json.MAPPER.createArrayNode();
        events.forEach(event -> array.addRawValue(raw(event.json())));
        return array;
    }

    /** {@code nextCursor} null: the end. */
    static ObjectNode list(ArrayNode items, String nextCursor) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.set("items", items);
        return node.put("nextCursor", nextCursor);
    }

    private static RawValue raw(byte[] json) {
        return new RawValue(new String(json, StandardCharsets.UTF_8));
    }
}
