package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Chosen by the client, unique over all of a user's devices: what makes a command idempotent. */
public record ClientMessageId(@JsonValue String value) implements Comparable<ClientMessageId> {

    @JsonCreator
    public ClientMessageId {
        Names.requireName("clientMessageId", value);
    }

    @Override
    public int compareTo(ClientMessageId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
