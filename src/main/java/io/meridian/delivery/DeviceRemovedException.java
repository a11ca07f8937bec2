package io.meridian.delivery;

import io.meridian.message.DeviceId;

/** The device was removed after its access token had been made: a new login brings it back, as a new device. */
public final class DeviceRemovedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeviceRemovedException(DeviceId device) {
        super("device " + device + " was removed: log in again", null, false, false);
    }
}
