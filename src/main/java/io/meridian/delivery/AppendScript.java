package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.store.InboxGeneration;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code append.lua}: entries to the stream of every device of a user, all or nothing. Reads the device set itself, so
 * one call serves however many devices there are; answers only what hints need, the devices with a live session.
 */
final class AppendScript {
    static final LuaScript SCRIPT = LuaScript.plain("append.lua");
    private static final byte[] NOBODY = new byte[0];

    private AppendScript() {}

    static Request request(
            InboxGeneration generation,
            Instant now,
            String token,
            InboxSettings settings,
            FanoutPlan.UserEntries call) {
        Request request = ScriptCall.marking(SCRIPT, call.user(), generation, now, token)
                .arg(settings.maxEntries())
                .arg(settings.unseenFor().toMillis())
                .arg(settings.holderTimeout().toMillis())
                .arg(settings.maxBytes())
                .arg(call.bytes());
        for (FanoutPlan.Entry entry : call.entries()) {
            request.arg(entry.flags())
                    .arg(entry.json())
                    .arg(
                            entry.excluded() == null
                                    ? NOBODY
                                    : entry.excluded().value().getBytes(StandardCharsets.UTF_8));
        }
        return request;
    }

    static List<LiveDevice> reply(Response response) {
        if (response == null || response.size() == 0) {
            return List.of();
        }
        List<LiveDevice> live = new ArrayList<>(response.size());
        for (Response device : response) {
            String first = device.get(3).toString();
            live.add(new LiveDevice(
                    new DeviceId(device.get(0).toString()),
                    new SessionRef(device.get(1).toString(), device.get(2).toString()),
                    first.isEmpty() ? Optional.empty() : Optional.of(DeliveryId.parse(first)),
                    device.get(4).toInteger() == 1));
        }
        return live;
    }

    /**
     * A device with a live session.
     *
     * @param first id of the first entry it got from this call; the others follow densely
     * @param lost it was found incomplete just now: its session is to be told
     */
    record LiveDevice(DeviceId device, SessionRef session, Optional<DeliveryId> first, boolean lost) {}
}
