package io.meridian.testing;

/** One thing that a client did or was told, at a time on the one clock of the test, in ns. */
public sealed interface Observation {
    long atNs();

    /** Who: a user on a device. HTTP calls without a device name one of the test's own. */
    record Device(String userId, String deviceId) {
        @Override
        public String toString() {
            return userId + "/" + deviceId;
        }
    }

    /** What identifies a send: the contract's key of idempotence. */
    record SendKey(String conversationId, String senderId, String clientMessageId) {}

    /** A message went out, for the {@code attempt}-th time. */
    record Sent(long atNs, Device device, SendKey key, String content, int attempt) implements Observation {}

    /** {@code message_sent}, or its like over HTTP. */
    record Acknowledged(
            long atNs,
            Device device,
            SendKey key,
            String messageId,
            long seq,
            long prevSeq,
            long ordinal,
            boolean duplicate)
            implements Observation {}

    /** {@code message_accepted}: a promise that an answer follows, and none of what it will be. */
    record Accepted(long atNs, Device device, SendKey key) implements Observation {}

    /** {@code error}; {@code retryable}: by its code, nothing was promised and nothing was denied. */
    record Refused(long atNs, Device device, SendKey key, String code, boolean retryable) implements Observation {}

    /** An event arrived, before the client looked whether it holds it. {@code deliveryId}: live or backlog only, else null. */
    record Seen(long atNs, Device device, Source source, String deliveryId, ChatEvent event) implements Observation {}

    /** {@code POST …/read} was answered 204: the user's cursor is at least there. */
    record ReadUpTo(long atNs, Device device, String conversationId, long seq) implements Observation {}

    /** A device got a frame that the contract has no place for. */
    record Broken(long atNs, Device device, String what) implements Observation {}

    /** How an event came to a device. */
    enum Source {
        INBOX,
        SYNC,
        HISTORY,
        /** The device's own send, by its {@code message_sent}. */
        OWN
    }
}
