package io.meridian.message;

/**
 * An event, what the servers know of it, and its JSON, encoded once: the same bytes go to the store, the log, the inbox and the socket.
 * Identity is (conversation, seq); the arrays are never changed.
 */
public record StoredEvent(Event event, EventMeta meta, byte[] json) {

    public static StoredEvent of(Event event, EventMeta meta) {
        return new StoredEvent(event, meta, EventCodec.encode(event));
    }

    public ConversationId conversationId() {
        return event.header().conversationId();
    }

    public long seq() {
        return event.header().seq();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredEvent that
                && event.equals(that.event)
                && meta.equals(that.meta)
                && java.util.Arrays.equals(json, that.json);
    }

    @Override
    public int hashCode() {
        return event.hashCode();
    }

    @Override
    public String toString() {
        return event + " " + meta;
    }
}
