package io.meridian.launch;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a process of a local run is; the lower-case name is the one in {@code run.json}. */
public enum ProcessKind {
    @JsonProperty("node")
    NODE,
    @JsonProperty("kafka")
    KAFKA,
    @JsonProperty("cassandra")
    CASSANDRA,
    @JsonProperty("redis")
    REDIS,
    @JsonProperty("mirrormaker")
    MIRRORMAKER;

    /** The name used in {@code run.json}, in process names and in class path files. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    boolean isEngine() {
        return this != NODE;
    }
}
