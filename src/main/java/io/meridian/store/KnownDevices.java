package io.meridian.store;

import io.meridian.message.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the store knows of a user's devices.
 *
 * @param registered by device id
 * @param removals when devices were removed, as far as that is remembered
 * @param allRemovedAt a removal that speaks for every device, or {@link Instant#MIN}
 */
public record KnownDevices(List<Device> registered, Map<DeviceId, Instant> removals, Instant allRemovedAt) {
    public KnownDevices {
        registered = List.copyOf(registered);
        removals = Map.copyOf(removals);
    }

    public Optional<Device> find(DeviceId device) {
        return registered.stream().filter(one -> one.id().equals(device)).findFirst();
    }

    /** Whether the device was removed when or after a token was made: then that token is nothing to it. */
    public boolean removedSince(DeviceId device, Instant tokenIssuedAt) {
        Instant own = removals.getOrDefault(device, Instant.MIN);
        return !tokenIssuedAt.isAfter(own) || !tokenIssuedAt.isAfter(allRemovedAt);
    }
}
