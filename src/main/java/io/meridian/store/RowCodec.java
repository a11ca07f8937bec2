package io.meridian.store;

import com.datastax.oss.driver.api.core.cql.Row;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.DeviceId;
import io.meridian.message.Fanout;
import io.meridian.message.RegionId;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Rows as values. A row that only a late update has written, without the INSERT that makes it one, is debris and becomes null.
 */
final class RowCodec {
    private RowCodec() {}

    static List<Interval> intervals(List<Row> rows) {
        return rows.stream().map(RowCodec::interval).filter(Objects::nonNull).toList();
    }

    static Interval interval(Row row) {
        String role = row.getString("role");
        return role == null
                ? null
                : new Interval(
                        new UserId(row.getString("user_id")),
                        constant(Role.class, role),
                        row.getLong("added_seq"),
                        row.getLong("removed_seq"));
    }

    static ConversationHead head(Row row) {
        return head(row, bytes(row, "last_event"));
    }

    /** A head that was read without its last event. */
    static ConversationHead position(Row row) {
        return head(row, null);
    }

    private static ConversationHead head(Row row, byte[] lastEvent) {
        String type = row.getString("type");
        String fanout = row.getString("fanout");
        return type == null || fanout == null
                ? null
                : new ConversationHead(
                        new ConversationId(row.getString("conversation_id")),
                        constant(ConversationType.class, type),
                        filled(row.getString("title")),
                        new RegionId(row.getString("home")),
                        row.getInstant("created_at"),
                        constant(Fanout.class, fanout),
                        row.getLong("last_seq"),
                        row.getLong("last_ordinal"),
                        lastEvent);
    }

    static Membership membership(Row row) {
        String type = row.getString("type");
        return type == null
                ? null
                : new Membership(
                        new ConversationId(row.getString("conversation_id")),
                        constant(ConversationType.class, type),
                        constant(Fanout.class, row.getString("fanout")),
                        row.getLong("added_seq"),
                        row.getLong("removed_seq"));
    }

    static ReadCursor cursor(Row row) {
        return new ReadCursor(row.getLong("read_seq"), row.getLong("read_ordinal"));
    }

    static User user(Row row) {
        String username = row.getString("username");
        return username == null
                ? null
                : new User(
                        new UserId(row.getString("user_id")),
                        username,
                        row.getString("display_name"),
                        new RegionId(row.getString("home")),
                        row.getInstant("created_at"));
    }

    static RefreshFamily family(Row row) {
        String user = row.getString("user_id");
        String device = filled(row.getString("device_id"));
        return user == null
                ? null
                : new RefreshFamily(
                        row.getString("family_id"),
                        new UserId(user),
                        row.getString("token_hash"),
                        device == null ? null : new DeviceId(device),
                        row.getBoolean("revoked"),
                        row.getInstant("expires_at"));
    }

    static Device device(Row row) {
        return new Device(
                new DeviceId(row.getString("device_id")),
                filled(row.getString("platform")),
                filled(row.getString("push_token")),
                row.getInstant("registered_at"));
    }

    static InboxGeneration generation(Row row) {
        return new InboxGeneration(
                row.getLong("generation"), row.getString("server_identity"), row.getLong("incomplete_below"));
    }

    /** A copy of a blob's bytes, or null. */
    static byte[] bytes(Row row, String column) {
        ByteBuffer buffer = row.getByteBuffer(column);
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Tables where a value can go away again store an empty text for it: a deleted cell would have to be read over. */
    static String orEmpty(Object value) {
        return value == null ? "" : value.toString();
    }

    private static String filled(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String wire) {
        return Enum.valueOf(type, wire.toUpperCase(Locale.ROOT));
    }
}
