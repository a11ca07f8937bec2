package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.vertx.redis.client.Request;

/** {@code read.lua}: a page of a device's stream, bounded in entries and in bytes. */
final class ReadScript {
    static final LuaScript SCRIPT = LuaScript.plain("read.lua");

    private ReadScript() {}

    static Request request(UserId user, DeviceId device, DeliveryId afterOrNull, int entries, int bytes) {
        return ScriptCall.plain(SCRIPT, user)
                .arg(device.value())
                .arg(afterOrNull == null ? "-" : "(" + afterOrNull)
                .arg(entries)
                .arg(bytes);
    }
}
