package io.meridian.bus;

/** Every address of the region's event bus. A gateway is named by its id, {@code <node>/<instance>}. */
public final class Addresses {
    /** Every gateway of the region: a conversation with fan-out on read moved on. Published. */
    public static final Address<HeadMoved> HEADS = new Address<>("gateways.heads", HeadMoved.class);
    /** Every gateway of the region: a user's read cursor moved. Published. */
    public static final Address<ReadMoved> READS = new Address<>("gateways.reads", ReadMoved.class);
    /** One gateway of every node: what was taken of limits elsewhere. Published. */
    public static final Address<LimitsSpent> LIMITS = new Address<>("gateways.limits", LimitsSpent.class);
    /** The receipt verticle: a user has read up to a position. */
    public static final Question<ReadUpTo, ReadResult> READ_UP_TO =
            new Question<>("receipt.read", ReadUpTo.class, ReadResult.class);

    /** Makes a conversation; see {@code docs/services.md} for what is asked and answered here and at the next ones. */
    public static final OpenAddress CREATE_CONVERSATION = new OpenAddress("meridian.conversations.create");

    public static final OpenAddress LIST_CONVERSATIONS = new OpenAddress("meridian.conversations.list");
    public static final OpenAddress ADD_MEMBERS = new OpenAddress("meridian.members.add");
    public static final OpenAddress REMOVE_MEMBER = new OpenAddress("meridian.members.remove");
    public static final OpenAddress SEND_MESSAGE = new OpenAddress("meridian.messages.send");
    public static final OpenAddress LIST_MESSAGES = new OpenAddress("meridian.messages.list");
    /** Every service of the region: something happened in a conversation. Published. */
    public static final OpenAddress EVENTS = new OpenAddress("meridian.events");

    private Addresses() {}

    /** Outcomes of the commands that this gateway appended. */
    public static Address<Replies> replies(String gateway) {
        return new Address<>("gateway." + gateway + ".replies", Replies.class);
    }

    /** New inbox entries of devices connected to this gateway. */
    public static Question<Hint, HintTaken> hints(String gateway) {
        return new Question<>("gateway." + gateway + ".hints", Hint.class, HintTaken.class);
    }

    /** What happened elsewhere to a session of this gateway. */
    public static Address<SessionNotice> sessions(String gateway) {
        return new Address<>("gateway." + gateway + ".sessions", SessionNotice.class);
    }
}
