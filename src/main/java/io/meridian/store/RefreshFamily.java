package io.meridian.store;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import java.time.Instant;

/**
 * The refresh tokens that descend from one login; only the newest one counts. Prints without the hash.
 *
 * @param tokenHash of the newest token
 * @param deviceOrNull the device it was made for: removing that revokes it
 */
public record RefreshFamily(
        String familyId, UserId user, String tokenHash, DeviceId deviceOrNull, boolean revoked, Instant expiresAt) {

    /** The same, of this device if it is no device's yet. */
    RefreshFamily ofDevice(DeviceId newDeviceOrNull) {
        return deviceOrNull != null
                ? this
                : new RefreshFamily(familyId, user, tokenHash, newDeviceOrNull, revoked, expiresAt);
    }

    @Override
    public String toString() {
        return "RefreshFamily[" + familyId + ", user=" + user + ", device=" + deviceOrNull + ", revoked=" + revoked
                + ", expiresAt=" + expiresAt + ", tokenHash=***]";
    }
}
