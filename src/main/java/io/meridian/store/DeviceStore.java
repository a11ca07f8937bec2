package io.meridian.store;

import com.datastax.oss.driver.api.core.cql.Row;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Users' devices, and which were removed of late; how many one may have, the caller decides. The last one to write wins, but a
 * removal is not taken back by registering the device again: tokens older than it stay refused.
 */
public final class DeviceStore {
    /** No device can be called so. */
    private static final String ALL = "*";
    /** Twice the devices a user may have; above, one removal for all. It bounds what every hello reads. */
    private static final int MAX_REMOVALS = 40;

    private final Cassandra cassandra;
    private final CqlStatement upsert;
    private final CqlStatement select;
    private final CqlStatement forget;
    private final CqlStatement removed;

    public DeviceStore(Cassandra cassandra) {
        this.cassandra = cassandra;
        // An INSERT would leave a row without columns behind when the device is removed.
        upsert = new CqlStatement(
                cassandra,
                "UPDATE ${keyspace}.devices SET platform = ?, push_token = ?, registered_at = ?"
                        + " WHERE user_id = ? AND device_id = ?");
        select = new CqlStatement(
                cassandra,
                "SELECT device_id, platform, push_token, registered_at, removed_at FROM ${keyspace}.devices"
                        + " WHERE user_id = ?");
        forget = new CqlStatement(
                cassandra,
                "DELETE platform, push_token, registered_at FROM ${keyspace}.devices"
                        + " WHERE user_id = ? AND device_id = ?");
        removed = new CqlStatement(
                cassandra,
                "UPDATE ${keyspace}.devices USING TTL ? SET removed_at = ? WHERE user_id = ? AND device_id = ?");
    }

    /** Registers it, or replaces all that was known of it. */
    public Future<Void> put(UserId user, Device device) {
        return upsert.write(
                RowCodec.orEmpty(device.platform()),
                RowCodec.orEmpty(device.pushToken()),
                device.registeredAt(),
                user.value(),
                device.id().value());
    }

    /** Takes a registration back; nothing is remembered of it. */
    public Future<Void> withdraw(UserId user, DeviceId device) {
        return forget.write(user.value(), device.value());
    }

    public Future<KnownDevices> known(UserId user) {
        return select.rows(user.value()).map(DeviceStore::known);
    }

    /** The registered ones, by device id. */
    public Future<List<Device>> of(UserId user) {
        return known(user).map(KnownDevices::registered);
    }

    /**
     * Forgets the device and remembers its removal, both or neither.
     *
     * @param known what the caller has read of the user's devices
     * @param rememberFor longer than any token lives that was made before
     */
    public Future<Void> remove(
            UserId user, DeviceId device, Instant removedAt, Duration rememberFor, KnownDevices known) {
        boolean room = known.removals().containsKey(device) || known.removals().size() < MAX_REMOVALS;
        return Future.all(
                        forget.bind(user.value(), device.value()),
                        removed.bind(
                                (int) rememberFor.toSeconds(), removedAt, user.value(), room ? device.value() : ALL))
                .compose(bound -> cassandra.batch(bound.list()))
                .mapEmpty();
    }

    private static KnownDevices known(List<Row> rows) {
        List<Device> registered = new ArrayList<>();
        Map<DeviceId, Instant> removals = new HashMap<>();
        Instant allRemovedAt = Instant.MIN;
        for (Row row : rows) {
            Instant removedAt = row.getInstant("removed_at");
            if (ALL.equals(row.getString("device_id"))) {
                allRemovedAt = removedAt == null ? Instant.MIN : removedAt;
                continue;
            }
            if (removedAt != null) {
                removals.put(new DeviceId(row.getString("device_id")), removedAt);
            }
            // Null in what a removal has left.
            if (row.getInstant("registered_at") != null) {
                registered.add(RowCodec.device(row));
            }
        }
        return new KnownDevices(registered, removals, allRemovedAt);
    }
}
