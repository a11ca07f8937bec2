package io.meridian.gateway;

import io.meridian.delivery.DeviceClaim;
import io.meridian.delivery.SessionRef;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import java.time.Instant;

/** Whose session it is, and when the token was made by which it is theirs. */
record SessionIdentity(UserId user, DeviceId device, Instant tokenIssuedAt, String gateway, String sessionId) {
    DeviceClaim claim() {
        return new DeviceClaim(user, device, tokenIssuedAt);
    }

    SessionRef ref() {
        return new SessionRef(gateway, sessionId);
    }
}
