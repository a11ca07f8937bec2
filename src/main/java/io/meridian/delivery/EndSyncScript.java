package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.vertx.redis.client.Request;
import java.time.Instant;

/** {@code end_sync.lua}: the device is complete again if nothing was lost since the sync began. */
final class EndSyncScript {
    static final LuaScript SCRIPT = LuaScript.withDevice("end_sync.lua");

    private EndSyncScript() {}

    /** {@code began}: the token of the sync's first page; {@code fresh}: for a device that has to be taken in again. */
    static Request request(
            InboxGeneration generation,
            Instant now,
            String fresh,
            int limit,
            UserId user,
            DeviceId device,
            String began) {
        return ScriptCall.withDevice(SCRIPT, user, generation, now, fresh)
                .arg(limit)
                .arg(device.value())
                .arg(began);
    }
}
