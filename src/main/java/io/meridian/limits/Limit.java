package io.meridian.limits;

/** Every rate that is limited, with its default. The configuration names it {@code limits.<key>}. */
public enum Limit {
    /** Messages and other changes to conversations, by user: nobody writes 50 a second. */
    USER_MESSAGES("user-messages", 50, 100, "messages and changes of a user"),
    /**
     * Memberships that a user makes, of others and its own, by creating conversations and adding members: four of the largest
     * groups at once, then one in a minute. They are other people's lists that grow, and nobody asks them.
     */
    USER_MEMBERSHIPS("user-memberships", 10, 2_000, "memberships made by a user"),
    /** HTTP calls, by user: a sync in pages of 200 events stays far below. */
    USER_CALLS("user-calls", 100, 300, "HTTP calls of a user"),
    /** Connections that say hello, by user: twice as many at once as it can have devices. */
    USER_HELLOS("user-hellos", 5, 40, "connections of a user"),
    /** Messages and other changes, by conversation: one sequencer lane orders them one after the other. */
    CONVERSATION_MESSAGES("conversation-messages", 100, 200, "messages in a conversation"),
    /** The same where each of them goes to many devices. */
    LARGE_CONVERSATION_MESSAGES("large-conversation-messages", 10, 20, "messages in a large conversation"),
    /** Frames of any kind, by connection: sends at their own limit, and as many acknowledgements, reads and pings again. */
    CONNECTION_FRAMES("connection-frames", 200, 1_000, "frames of a connection"),
    /** Refusals by any of these, by user: who goes on beyond it is closed with 4429. */
    USER_REFUSALS("user-refusals", 100, 1_000, "refused frames of a user"),
    /** New live connections, by address. */
    ADDRESS_CONNECTS("address-connects", 50, 100, "connects of an address"),
    /** HTTP calls, by address, also of those who say no more than a wrong token. */
    ADDRESS_CALLS("address-calls", 500, 2_000, "HTTP calls of an address"),
    /** Registrations and logins, by address: each costs a tenth of a second of hashing. */
    ADDRESS_LOGINS("address-logins", 5, 50, "registrations and logins of an address"),
    /** Refreshes, by address, of good tokens and bad: each asks the store for a vote or two. An office logs in from one address. */
    ADDRESS_REFRESHES("address-refreshes", 50, 500, "token refreshes of an address"),
    /** Logins that fail, by user name, from wherever they come: some 17,000 guesses a day. */
    USERNAME_LOGINS("username-logins", 0.2, 30, "failed logins of a user name"),
    /** New live connections of a node. */
    NODE_CONNECTS("node-connects", 5_000, 5_000, "connects of this node");

    private final String key;
    private final Rate standard;
    private final String what;

    Limit(String key, double perSecond, int burst, String what) {
        this.key = key;
        this.standard = new Rate(perSecond, burst);
        this.what = what;
    }

    /** Below {@code limits} in the configuration. */
    public String key() {
        return key;
    }

    public Rate standard() {
        return standard;
    }

    /** For the one who is refused. */
    public String what() {
        return what;
    }
}
