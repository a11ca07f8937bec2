package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A conversation: 32 hex digits, a hash of what it was made from, see {@link Ids}. */
public record ConversationId(@JsonValue String value) implements Comparable<ConversationId> {

    @JsonCreator
    public ConversationId {
        Names.requireName("conversationId", value);
    }

    @Override
    public int compareTo(ConversationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
