package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A member's role, weakest first. */
public enum Role {
    @JsonProperty("member")
    MEMBER,
    @JsonProperty("admin")
    ADMIN,
    @JsonProperty("owner")
    OWNER;

    public String wire() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    public boolean atLeast(Role other) {
        return compareTo(other) >= 0;
    }
}
