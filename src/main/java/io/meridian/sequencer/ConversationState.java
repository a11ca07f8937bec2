package io.meridian.sequencer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.meridian.message.ConversationType;
import io.meridian.message.Fanout;
import io.meridian.message.Seq;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that the fold knows of a conversation: a function of the records of its partition up to {@code positions}, and
 * of nothing else.
 *
 * @param type null: it was not made yet
 * @param title null: none
 * @param lastSeq 0: no event yet
 * @param membersSeq of the last event that changed who is a member
 * @param positions log identity → offset of the last record applied; the newest logs only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ConversationState(
        ConversationType type,
        String title,
        Members members,
        Fanout fanout,
        long lastSeq,
        long lastOrdinal,
        long membersSeq,
        DedupWindow window,
        Map<String, Long> positions) {
    /** A log is replaced when its topic is made again, once in years; 4 leave room for a mistake or two. */
    static final int MAX_LOGS = 4;

    static final ConversationState NEW =
            new ConversationState(null, null, Members.NONE, Fanout.WRITE, 0, 0, 0, DedupWindow.EMPTY, Map.of());

    ConversationState {
        positions = Collections.unmodifiableMap(new LinkedHashMap<>(positions));
    }

    @JsonIgnore
    boolean exists() {
        return type != null;
    }

    /** Offset of the last record of this log that was applied, −1 before the first. */
    long position(String log) {
        return positions.getOrDefault(log, -1L);
    }

    @JsonIgnore
    long bucket() {
        return Seq.bucket(lastSeq);
    }
}
