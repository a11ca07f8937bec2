package io.meridian.bus;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;

/** Concerns the session {@code sessionId} of the user's device, should this gateway still hold it. */
public record SessionNotice(UserId userId, DeviceId deviceId, String sessionId, Kind kind) {
    /** Why a gateway is told. */
    public enum Kind {
        /** The same device connected elsewhere: close with 4409. */
        REPLACED,
        /** The device was removed: close with 4401. */
        REMOVED,
        /** The inbox is not whole any more: send {@code reconnect}. */
        INCOMPLETE
    }
}
