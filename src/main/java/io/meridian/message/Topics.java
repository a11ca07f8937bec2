package io.meridian.message;

/** Kafka topics. All three share the number of partitions, which is fixed for life, and the partitioner {@link Ids#partition}. */
public final class Topics {
    /** key: conversationId; value: {@link CommandCodec}; LogAppendTime; what the sequencer folds. Stays in its region. */
    public static final String COMMANDS = "chat.commands";
    /** key: conversationId; value: event JSON; header {@code meta}: {@link EventMeta}; stored events in order. Stays in its region. */
    public static final String MESSAGE_SENT = "chat.message_sent";
    /** key and value as they were; headers {@code reason}, {@code topic}, {@code log}, {@code offset}: records nobody can read. */
    public static final String DEAD_LETTERS = "chat.dlq";

    private Topics() {}
}
