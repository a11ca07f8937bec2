package io.meridian.delivery;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Optional;

/** {@code heartbeat.lua}: keeps a session the holder, takes a missing device in again, tells the newest entry. */
final class HeartbeatScript {
    static final LuaScript SCRIPT = LuaScript.withDevice("heartbeat.lua");

    private HeartbeatScript() {}

    static Request request(Admission admission, SessionRef session, long sinceMs) {
        return ScriptCall.holding(SCRIPT, admission, session).arg(sinceMs);
    }

    static Heartbeat reply(Response response) {
        String newest = response.get(2).toString();
        return new Heartbeat(
                response.get(0).toInteger() == 1,
                response.get(1).toString(),
                newest.isEmpty() ? Optional.empty() : Optional.of(DeliveryId.parse(newest)));
    }
}
