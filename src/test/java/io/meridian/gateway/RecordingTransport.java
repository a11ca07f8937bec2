package io.meridian.gateway;

import java.util.ArrayList;
import java.util.List;

/** Takes everything at once, and remembers it. */
final class RecordingTransport implements Transport {
    final List<String> sent = new ArrayList<>();
    CloseCode closedWith;
    String reason;
    private final WriteQueue queue;

    RecordingTransport(WriteQueue queue) {
        this.queue = queue;
    }

    @Override
    public void send(String frame) {
        sent.add(frame);
    }

    @Override
    public WriteQueue queue() {
        return queue;
    }

    @Override
    public void pause() {
        // Nothing comes by itself.
    }

    @Override
    public void resume() {
        // Nothing waits.
    }

    @Override
    public void close(CloseCode code, String why) {
        closedWith = code;
        reason = why;
    }
}
