package io.meridian.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** What became of a command. An outcome is a value; that an engine is out is not one. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.Done.class, name = "done"),
    @JsonSubTypes.Type(value = Outcome.Rejected.class, name = "rejected")
})
public sealed interface Outcome {

    /**
     * The command's events are stored; {@code seq} and what follows is the last of them.
     *
     * @param messageId id of the command
     * @param duplicate nothing was stored now: the same command was before, or what it asks for was so already
     */
    record Done(
            ConversationId conversationId,
            MessageId messageId,
            long seq,
            long prevSeq,
            long ordinal,
            long atMs,
            boolean duplicate)
            implements Outcome {

        public Instant at() {
            return Instant.ofEpochMilli(atMs);
        }
    }

    /** Nothing was stored. {@code detail} is for people. */
    record Rejected(ErrorCode code, String detail) implements Outcome {}
}
