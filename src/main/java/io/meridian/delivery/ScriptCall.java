package io.meridian.delivery;

import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;

/** Puts together what every call of a script has in front. */
final class ScriptCall {
    private ScriptCall() {}

    /** {@code EVALSHA sha 1 inbox:{user}}; the script's own arguments follow. */
    static Request plain(LuaScript script, UserId user) {
        return Request.cmd(Command.EVALSHA).arg(script.sha()).arg(1).arg(InboxKeys.devices(user));
    }

    /** With the four arguments that {@code device.lua} expects. */
    static Request withDevice(LuaScript script, UserId user, InboxGeneration generation, Instant now, String token) {
        return plain(script, user)
                .arg(generation.generation())
                .arg(generation.incompleteBelow())
                .arg(now.toEpochMilli())
                .arg(token);
    }
}
