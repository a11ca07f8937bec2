package io.meridian.delivery;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;

/** {@code remove.lua}: forgets a device and its stream, remembers the removal, and says whose session that ends. */
final class RemoveScript {
    static final LuaScript SCRIPT = LuaScript.plain("remove.lua");
    /** Twice the devices a user may have; above, one for all: some 2 KiB a user at most. */
    private static final int MAX_REMOVALS = 40;

    private RemoveScript() {}

    static Request request(DeviceRemoval removal, Duration removedFor) {
        return ScriptCall.plain(SCRIPT, removal.user())
                .arg(removal.device().value())
                .arg(removal.removedAt().toEpochMilli())
                .arg(removedFor.toMillis())
                .arg(removal.known() ? 1 : 0)
                .arg(MAX_REMOVALS);
    }

    static Removed reply(Response response) {
        return new Removed(response.get(0).toInteger() == 1, ConnectScript.holder(response.get(1), response.get(2)));
    }
}
