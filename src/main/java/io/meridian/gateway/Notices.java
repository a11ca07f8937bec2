package io.meridian.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Frames of which only the newest of a kind and conversation matters. While the socket takes no more they wait here, each in
 * the place of an older one.
 */
final class Notices {
    /** 512 KiB: {@link ReadFanout#MAX_WATCHED} conversations that moved, and twice as many receipts, have some 200 bytes each. */
    static final int MAX_BYTES = 512 * 1024;

    private final Transport transport;
    private Map<String, String> waiting = Map.of();
    private int bytes;

    Notices(Transport transport) {
        this.transport = transport;
    }

    /** {@code key}: kind and conversation. False: more waits than ever should. */
    boolean offer(String key, String frame) {
        if (waiting.isEmpty() && !transport.full()) {
            transport.send(frame);
            return true;
        }
        if (waiting.isEmpty()) {
            waiting = new LinkedHashMap<>();
        }
        String older = waiting.put(key, frame);
        bytes += frame.length() - (older == null ? 0 : older.length());
        return bytes <= MAX_BYTES;
    }

    int bytes() {
        return bytes;
    }

    void drained() {
        // What is sent may drain the transport again before it returns.
        while (!waiting.isEmpty() && !transport.full()) {
            String key = waiting.keySet().iterator().next();
            String frame = waiting.remove(key);
            bytes -= frame.length();
            transport.send(frame);
        }
        if (waiting.isEmpty()) {
            waiting = Map.of();
        }
    }
}
