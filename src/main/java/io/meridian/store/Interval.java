package io.meridian.store;

import io.meridian.message.Role;
import io.meridian.message.UserId;

/**
 * One membership of a user in a conversation, from its {@code member_added} to its removal.
 *
 * @param removedSeq position of the removal, 0 while it lasts
 */
public record Interval(UserId user, Role role, long addedSeq, long removedSeq) {

    public boolean open() {
        return removedSeq == 0;
    }

    /** Whether the event at {@code seq} is the member's to see: its own joining and its own removal are. */
    public boolean sees(long seq) {
        return addedSeq <= seq && (open() || seq <= removedSeq);
    }
}
