package io.meridian.delivery;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Optional;

/** {@code connect.lua}: a session takes a device over; the device is in the set before anything is read for it. */
final class ConnectScript {
    static final LuaScript SCRIPT = LuaScript.withDevice("connect.lua");
    private static final String NONE = "-";

    private ConnectScript() {}

    static Request request(Admission admission, Takeover takeover) {
        return ScriptCall.holding(SCRIPT, admission, takeover.session())
                .arg(takeover.helloAt().toEpochMilli())
                .arg(takeover.late() ? 1 : 0);
    }

    /** @throws DevicePassedException another holds the device whose hello was later */
    static Connected reply(Response response) {
        String since = response.get(3).toString();
        if (since.isEmpty()) {
            throw new DevicePassedException();
        }
        return new Connected(
                response.get(0).toString(), holder(response.get(1), response.get(2)), Long.parseLong(since));
    }

    static Optional<SessionRef> holder(Response gateway, Response session) {
        return NONE.equals(gateway.toString())
                ? Optional.empty()
                : Optional.of(new SessionRef(gateway.toString(), session.toString()));
    }
}
