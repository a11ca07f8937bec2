package io.meridian.delivery;

import io.vertx.redis.client.Request;

/** {@code begin_sync.lua}: from here on the stream gets everything; the token says what the sync is to clear. */
final class BeginSyncScript {
    static final LuaScript SCRIPT = LuaScript.withDevice("begin_sync.lua");

    private BeginSyncScript() {}

    static Request request(Admission admission) {
        return ScriptCall.admitting(SCRIPT, admission);
    }
}
