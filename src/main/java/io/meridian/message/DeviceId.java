package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** One of a user's devices, named by the client; means something only together with the user. */
public record DeviceId(@JsonValue String value) implements Comparable<DeviceId> {

    @JsonCreator
    public DeviceId {
        Names.requireName("deviceId", value);
    }

    @Override
    public int compareTo(DeviceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
