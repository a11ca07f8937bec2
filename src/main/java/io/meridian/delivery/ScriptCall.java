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

    /** With generation, time and token, which every script has that may mark a device. */
    static Request marking(LuaScript script, UserId user, InboxGeneration generation, Instant now, String token) {
        return plain(script, user)
                .arg(generation.generation())
                .arg(generation.incompleteBelow())
                .arg(now.toEpochMilli())
                .arg(token);
    }

    /** With the eight arguments that {@code device.lua} expects. */
    static Request admitting(LuaScript script, Admission admission) {
        DeviceClaim claim = admission.claim();
        return marking(script, claim.user(), admission.generation(), admission.now(), admission.freshToken())
                .arg(admission.settings().maxDevices())
                .arg(claim.device().value())
                .arg(claim.tokenIssuedAt().toEpochMilli())
                .arg(admission.settings().unseenFor().toMillis());
    }

    /** The same for a session that is to hold the device. */
    static Request holding(LuaScript script, Admission admission, SessionRef session) {
        return admitting(script, admission).arg(session.gateway()).arg(session.sessionId());
    }
}
