package io.meridian.store;

import io.meridian.message.DeviceId;
import java.time.Instant;

/**
 * A user's device. Prints without its push token.
 *
 * @param platform as the client calls it, or null
 * @param pushToken or null
 */
public record Device(DeviceId id, String platform, String pushToken, Instant registeredAt) {
    @Override
    public String toString() {
        return "Device[" + id + ", platform=" + platform + ", registeredAt=" + registeredAt + "]";
    }
}
