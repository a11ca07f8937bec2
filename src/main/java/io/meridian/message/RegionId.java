package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A region's name, for example {@code us-east}; lower case letters, digits and dashes. */
public record RegionId(@JsonValue String value) implements Comparable<RegionId> {

    @JsonCreator
    public RegionId {
        Names.require("region", value, Names.REGION);
    }

    @Override
    public int compareTo(RegionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
