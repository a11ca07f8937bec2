package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A command and the message it makes: 32 hex digits, the same wherever it is sequenced, see {@link Ids}. */
public record MessageId(@JsonValue String value) implements Comparable<MessageId> {

    @JsonCreator
    public MessageId {
        Names.requireName("messageId", value);
    }

    @Override
    public int compareTo(MessageId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
