package io.meridian.gateway;

import io.meridian.delivery.SessionRef;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;

/** Whose session it is. */
record SessionIdentity(UserId user, DeviceId device, String gateway, String sessionId) {
    SessionRef ref() {
        return new SessionRef(gateway, sessionId);
    }
}
