package io.meridian.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Frames of which only the newest of a kind and conversation matters. While the socket takes no more they wait here, each in
 * the place of an older one.
 */
final class Notices {
    /** 2,000: {@link ReadFanout#MAX_WATCHED} conversations that moved, and as many receipts. */
    private static final int MAX_WAITING = 2 * ReadFanout.MAX_WATCHED;

    private final Transport transport;
    private Map<String, String> waiting = Map.of();

    Notices(Transport transport) {
        this.transport = transport;
    }

    /** {@code key}: kind and conversation. */
    void offer(String key, String frame) {
        if (waiting.isEmpty() && !transport.full()) {
            transport.send(frame);
            return;
        }
        if (waiting.isEmpty()) {
            waiting = new LinkedHashMap<>();
        }
        if (waiting.size() < MAX_WAITING || waiting.containsKey(key)) {
            waiting.put(key, frame);
        }
    }

    void drained() {
        var frames = waiting.values().iterator();
        while (frames.hasNext() && !transport.full()) {
            transport.send(frames.next());
            frames.remove();
        }
        if (waiting.isEmpty()) {
            waiting = Map.of();
        }
    }
}
