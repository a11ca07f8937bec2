package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import java.time.Instant;

/**
 * Who wants a device's inbox.
 *
 * @param tokenIssuedAt when the access token was made that he shows; the removal of the device must be older.
 *     {@link Instant#EPOCH} where nobody knows: then any removal that is remembered refuses
 */
public record DeviceClaim(UserId user, DeviceId device, Instant tokenIssuedAt) {}
