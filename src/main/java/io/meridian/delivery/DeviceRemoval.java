package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import java.time.Instant;

/**
 * The removal of a device: nobody with a token made at or before {@code removedAt} gets its inbox.
 *
 * @param known the caller knows the device; else a removal is remembered only if the inbox does
 */
public record DeviceRemoval(UserId user, DeviceId device, Instant removedAt, boolean known) {}
