package io.meridian.sequencer;

import io.meridian.message.ErrorCode;
import io.meridian.message.StoredEvent;
import java.util.List;

/** What the fold makes of a command. */
sealed interface Decision {

    /** It changes the conversation: these events, in one bucket, all or none of them stored. */
    record Changed(List<StoredEvent> events) implements Decision {
        public Changed {
            events = List.copyOf(events);
        }
    }

    /** The same command was applied before; its last event is at {@code seq}. */
    record Duplicate(long seq) implements Decision {}

    /** What it asks for is so already. */
    record AlreadySo() implements Decision {}

    /** It may not be. Nothing but the position changes. */
    record Refused(ErrorCode code, String detail) implements Decision {}

    /** The fold itself failed on it; {@code reason} goes to the dead-letter topic with the record. */
    record Failed(String reason) implements Decision {}
}
