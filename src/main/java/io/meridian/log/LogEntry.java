package io.meridian.log;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One record of a partition. Headers and bytes are never changed, and a header's value may be null, as anybody may write one;
 * {@code timestampMs} is the broker's append time where the topic says so.
 */
public final class LogEntry {
    private final long offset;
    private final long timestampMs;
    private final byte[] key;
    private final byte[] value;
    private final Map<String, byte[]> headers;
    private final Optional<Integer> leaderEpoch;

    public LogEntry(long offset, long timestampMs, byte[] key, byte[] value, Map<String, byte[]> headers) {
        this(offset, timestampMs, key, value, headers, Optional.empty());
    }

    /** {@code leaderEpoch}: under which leader of the partition it was written. */
    public LogEntry(
            long offset,
            long timestampMs,
            byte[] key,
            byte[] value,
            Map<String, byte[]> headers,
            Optional<Integer> leaderEpoch) {
        this.offset = offset;
        this.timestampMs = timestampMs;
        this.key = key;
        this.value = value;
        this.headers = Collections.unmodifiableMap(new HashMap<>(headers));
        this.leaderEpoch = leaderEpoch;
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

    public Optional<Integer> leaderEpoch() {
        return leaderEpoch;
    }
}
