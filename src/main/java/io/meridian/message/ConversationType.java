package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What kind of conversation it is; fixed when it is made. */
public enum ConversationType {
    /** Exactly two users, one conversation a pair. */
    @JsonProperty("direct")
    DIRECT,
    /** Members are state of the fold; each sees from their own joining on. */
    @JsonProperty("group")
    GROUP,
    /** Any size: members are a projection, history is open to all of them, fan-out is on read. */
    @JsonProperty("channel")
    CHANNEL;

    public String wire() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
