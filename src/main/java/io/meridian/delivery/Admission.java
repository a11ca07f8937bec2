package io.meridian.delivery;

import io.meridian.store.InboxGeneration;
import java.time.Instant;

/**
 * What {@code device.lua} decides by whether a device is taken in.
 *
 * @param freshToken never used before: the token of its incompleteness, should it begin now
 */
record Admission(
        InboxGeneration generation, Instant now, String freshToken, InboxSettings settings, DeviceClaim claim) {}
