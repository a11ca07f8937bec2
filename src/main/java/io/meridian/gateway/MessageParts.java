package io.meridian.gateway;

import io.vertx.core.buffer.Buffer;

/** One message, put together from the frames that it comes in: bounded in bytes, and in frames, which may be empty. */
final class MessageParts {
    /** 64 bytes each for a message of 64 KiB: nobody writes smaller ones for their own good. */
    static final int MAX_PARTS = 1_024;

    private final int maxBytes;
    private Buffer bytes;
    private int parts;

    MessageParts(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether the message may still become one. */
    boolean add(Buffer part) {
        parts++;
        long length = part.length() + (bytes == null ? 0L : bytes.length());
        if (length > maxBytes || parts > MAX_PARTS) {
            clear();
            return false;
        }
        bytes = bytes == null ? Buffer.buffer(part.getBytes()) : bytes.appendBuffer(part);
        return true;
    }

    /** The message, after its last part; the next one begins. */
    byte[] whole() {
        byte[] whole = bytes.getBytes();
        clear();
        return whole;
    }

    private void clear() {
        bytes = null;
        parts = 0;
    }
}
