package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.vertx.redis.client.Request;
import java.time.Instant;

/** {@code begin_sync.lua}: from here on the stream gets everything; the token says what the sync is to clear. */
final class BeginSyncScript {
    static final LuaScript SCRIPT = LuaScript.withDevice("begin_sync.lua");

    private BeginSyncScript() {}

    static Request request(
            InboxGeneration generation, Instant now, String token, int limit, UserId user, DeviceId device) {
        return ScriptCall.withDevice(SCRIPT, user, generation, now, token)
                .arg(limit)
                .arg(device.value());
    }
}
