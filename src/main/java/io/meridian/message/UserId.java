package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A user, for ever: 32 hex digits, random, made at registration (or given by an outside issuer). */
public record UserId(@JsonValue String value) implements Comparable<UserId> {

    @JsonCreator
    public UserId {
        Names.requireName("userId", value);
    }

    @Override
    public int compareTo(UserId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
