package io.meridian.sequencer;

import io.meridian.message.MessageId;
import java.util.Collections;
import java.util.Map;

/**
 * The ids of the newest commands of a conversation, oldest first. What it doesn't hold is asked of the index, unless
 * the window reaches back to the beginning, or past the age at which a repetition counts as new.
 *
 * @param recent in that order, and the caller's no more
 * @param forgottenAtMs record time of the newest command that fell out; 0: none did
 */
record DedupWindow(Map<MessageId, Applied> recent, long forgottenAtMs) {
    /** An answered look-up costs half a millisecond, an id 100 bytes; 512 cover a resend on a reconnect of a busy group. */
    static final int SIZE = 512;

    static final DedupWindow EMPTY = new DedupWindow(Map.of(), 0);

    DedupWindow {
        // Handed over, not copied: a draft makes it anew for each batch, and that is copy enough.
        recent = Collections.unmodifiableMap(recent);
    }

    /** Whether the index must be asked before a command of this id and record time can be decided. */
    boolean needsLookup(MessageId id, long atMs, long dedupAgeMs) {
        return !recent.containsKey(id) && forgottenAtMs != 0 && atMs - forgottenAtMs <= dedupAgeMs;
    }
}
