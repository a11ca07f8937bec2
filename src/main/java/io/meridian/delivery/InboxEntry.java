package io.meridian.delivery;

import java.util.Arrays;

/**
 * One event in a device's inbox.
 *
 * @param json the event as stored; never changed
 * @param flags see {@link InboxFlags}
 */
public record InboxEntry(DeliveryId id, byte[] json, int flags) {
    @Override
    public boolean equals(Object other) {
        return other instanceof InboxEntry that
                && id.equals(that.id)
                && flags == that.flags
                && Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
