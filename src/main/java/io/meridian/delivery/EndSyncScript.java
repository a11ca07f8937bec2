package io.meridian.delivery;

import io.vertx.redis.client.Request;

/** {@code end_sync.lua}: the device is complete again if nothing was lost since the sync began. */
final class EndSyncScript {
    static final LuaScript SCRIPT = LuaScript.withDevice("end_sync.lua");

    private EndSyncScript() {}

    /** {@code began}: the token of the sync's first page. */
    static Request request(Admission admission, String began) {
        return ScriptCall.admitting(SCRIPT, admission).arg(began);
    }
}
