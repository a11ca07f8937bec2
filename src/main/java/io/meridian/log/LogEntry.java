package io.meridian.log;

import java.util.Map;

/** One record of a partition. Headers and bytes are never changed; {@code timestampMs} is the broker's append time where the topic says so. */
public final class LogEntry {
    private final long offset;
    private final long timestampMs;
    private final byte[] key;
    private final byte[] value;
    private final Map<String, byte[]> headers;

    public LogEntry(long offset, long timestampMs, byte[] key, byte[] value, Map<String, byte[]> headers) {
        this.offset = offset;
        this.timestampMs = timestampMs;
        this.key = key;
        this.value = value;
        this.headers = Map.copyOf(headers);
    }

    public long offset() {
        return offset;
    }

    public long timestampMs() {
        return timestampMs;
    }

    public byte[] key() {
        return key;
    }

    public byte[] value() {
        return value;
    }

    public Map<String, byte[]> headers() {
        return headers;
    }
}
