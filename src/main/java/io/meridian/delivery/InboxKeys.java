package io.meridian.delivery;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;

/** Names of keys in Redis. The tag in braces puts all of a user's keys into one slot. */
final class InboxKeys {
    private InboxKeys() {}

    /** The hash of the user's devices. */
    static String devices(UserId user) {
        return "inbox:{" + user.value() + "}";
    }

    /** The stream of one device; the scripts build the same name. */
    static String stream(UserId user, DeviceId device) {
        return devices(user) + ":" + device.value();
    }
}
