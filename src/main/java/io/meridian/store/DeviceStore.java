package io.meridian.store;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.util.List;

/** Users' devices; how many one may have, the caller decides. The last one to write wins. */
public final class DeviceStore {
    private final CqlStatement insert;
    private final CqlStatement select;
    private final CqlStatement delete;

    public DeviceStore(Cassandra cassandra) {
        insert = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.devices (user_id, device_id, platform, push_token, registered_at)"
                        + " VALUES (?, ?, ?, ?, ?)");
        select = new CqlStatement(
                cassandra,
                "SELECT device_id, platform, push_token, registered_at FROM ${keyspace}.devices WHERE user_id = ?");
        delete = new CqlStatement(cassandra, "DELETE FROM ${keyspace}.devices WHERE user_id = ? AND device_id = ?");
    }

    /** Registers it, or replaces all that was known of it. */
    public Future<Void> put(UserId user, Device device) {
        return insert.write(
                user.value(),
                device.id().value(),
                RowCodec.orEmpty(device.platform()),
                RowCodec.orEmpty(device.pushToken()),
                device.registeredAt());
    }

    /** By device id. */
    public Future<List<Device>> of(UserId user) {
        return select.rows(user.value())
                .map(rows -> rows.stream().map(RowCodec::device).toList());
    }

    public Future<Void> remove(UserId user, DeviceId device) {
        return delete.write(user.value(), device.value());
    }
}
