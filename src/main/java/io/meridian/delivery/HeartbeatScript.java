package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.Optional;

/** {@code heartbeat.lua}: keeps a session the holder, takes a missing device in again, tells the newest entry. */
final class HeartbeatScript {
    static final LuaScript SCRIPT = LuaScript.withDevice("heartbeat.lua");

    private HeartbeatScript() {}

    static Request request(
            InboxGeneration generation,
            Instant now,
            String token,
            int limit,
            UserId user,
            DeviceId device,
            SessionRef session) {
        return ScriptCall.withDevice(SCRIPT, user, generation, now, token)
                .arg(limit)
                .arg(device.value())
                .arg(session.gateway())
                .arg(session.sessionId());
    }

    static Heartbeat reply(Response response) {
        String newest = response.get(2).toString();
        return new Heartbeat(
                response.get(0).toInteger() == 1,
                response.get(1).toInteger() == 1,
                newest.isEmpty() ? Optional.empty() : Optional.of(DeliveryId.parse(newest)));
    }
}
