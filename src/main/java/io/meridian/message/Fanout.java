package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an event reaches devices; the fold decides it and the event carries it. */
public enum Fanout {
    /** An inbox entry for every device of every member. */
    @JsonProperty("write")
    WRITE,
    /** One hint a node: devices are told that the conversation moved on, and fetch its history. */
    @JsonProperty("read")
    READ;

    public String wire() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
