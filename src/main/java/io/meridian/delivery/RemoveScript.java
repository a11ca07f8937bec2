package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Optional;

/** {@code remove.lua}: forgets a device and its stream, and says whose session that ends. */
final class RemoveScript {
    static final LuaScript SCRIPT = LuaScript.plain("remove.lua");

    private RemoveScript() {}

    static Request request(UserId user, DeviceId device) {
        return ScriptCall.plain(SCRIPT, user).arg(device.value());
    }

    static Optional<SessionRef> reply(Response response) {
        return ConnectScript.holder(response.get(0), response.get(1));
    }
}
