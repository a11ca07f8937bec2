package io.meridian.delivery;

/** Before a session could take its device, another had taken it whose hello was later. */
public final class DevicePassedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DevicePassedException() {
        super("another connection of this device came meanwhile", null, false, false);
    }
}
