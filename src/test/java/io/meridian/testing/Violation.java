package io.meridian.testing;

/** A promise of the contract that a history shows broken. */
public record Violation(Kind kind, String detail) {
    /** Which promise. */
    public enum Kind {
        /** An acknowledged message is missing on a member's device or in a member's history. */
        LOST,
        /** A message is twice on a device or in history after the client dropped what it held already. */
        DUPLICATE,
        /** Two devices, or a device and history, put the same messages at different positions; or the inbox came unsorted. */
        ORDER,
        /** A message acknowledged before another was sent stands behind it. */
        REAL_TIME,
        /** An event's {@code prevSeq} is not the event before it. */
        GAP,
        /** A retry was answered another messageId, seq, prevSeq or ordinal; or one id stands for two messages. */
        RETRY,
        /** A send that was refused for good is there, or one was both refused and acknowledged. */
        REFUSED_BUT_THERE,
        /** A send was never answered: neither acknowledged nor refused for good. */
        UNANSWERED,
        /** A message is there that nobody sent, or with another content or sender. */
        PHANTOM,
        /** The same event differs between two places. */
        DIFFERS,
        /** Ordinals do not count messages. */
        ORDINAL,
        /** The list's unread count, read cursor or head is not what history says. */
        UNREAD,
        /** A user sees what is not for its eyes. */
        LEAK,
        /** A client met what the contract does not know. */
        BROKEN
    }

    @Override
    public String toString() {
        return kind + ": " + detail;
    }
}
