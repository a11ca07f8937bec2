package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.vertx.redis.client.Request;

/** {@code disconnect.lua}: no more hints for a session that has ended; nothing if another holds the device by now. */
final class DisconnectScript {
    static final LuaScript SCRIPT = LuaScript.plain("disconnect.lua");

    private DisconnectScript() {}

    static Request request(UserId user, DeviceId device, SessionRef session) {
        return ScriptCall.plain(SCRIPT, user)
                .arg(device.value())
                .arg(session.gateway())
                .arg(session.sessionId());
    }
}
