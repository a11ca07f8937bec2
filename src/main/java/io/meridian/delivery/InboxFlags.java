package io.meridian.delivery;

/** What lies beside an event in the inbox, in bits. */
public final class InboxFlags {
    /**
     * The event changes which conversations with fan-out on read the recipient hears of: the recipient joined, left or
     * changed role in one, or the conversation went over to fan-out on read. A gateway reads the session's list of
     * conversations again.
     */
    public static final int MEMBERSHIP = 1;

    private InboxFlags() {}

    public static boolean membership(int flags) {
        return (flags & MEMBERSHIP) != 0;
    }
}
