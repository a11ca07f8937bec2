package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a message's content is; the server does not look inside. */
public enum MessageType {
    @JsonProperty("text")
    TEXT,
    @JsonProperty("image")
    IMAGE,
    @JsonProperty("file")
    FILE,
    @JsonProperty("video")
    VIDEO,
    @JsonProperty("voice")
    VOICE,
    @JsonProperty("encrypted")
    ENCRYPTED;

    public String wire() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
