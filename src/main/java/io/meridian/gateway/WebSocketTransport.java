package io.meridian.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/** A session's WebSocket: text only, messages put together from their frames within the bound. */
final class WebSocketTransport implements Transport {
    /** The contract's bound of a message, both ways. */
    static final int MAX_MESSAGE = 64 * 1024;
    /** 128 KiB: two of the largest events, or some 200 of the usual; what comes beyond stays in the inbox. */
    private static final int WRITE_QUEUE = 128 * 1024;

    private final ServerWebSocket socket;
    private Session session;
    private Buffer parts;
    private boolean closing;

    WebSocketTransport(ServerWebSocket socket) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(WRITE_QUEUE);
    }

    void carry(Session carried) {
        session = carried;
        socket.frameHandler(this::frame);
        socket.drainHandler(drained -> session.drained());
        // A broken frame or connection: the close that follows says so, too.
        socket.exceptionHandler(failure -> {});
        socket.closeHandler(closed -> session.gone());
    }

    private void frame(WebSocketFrame frame) {
        if (closing || frame.isClose()) {
            return;
        }
        if (frame.isBinary()) {
            session.close(CloseCode.MALFORMED, "text frames only");
        } else if (frame.isText() || frame.isContinuation()) {
            text(frame);
        } else {
            session.alive();
        }
    }

    private void text(WebSocketFrame frame) {
        Buffer bytes = frame.binaryData();
        int length = bytes.length() + (parts == null ? 0 : parts.length());
        if (length > MAX_MESSAGE) {
            session.close(CloseCode.TOO_LARGE, "a frame has " + MAX_MESSAGE + " bytes at most");
        } else if (frame.isFinal()) {
            byte[] message =
                    parts == null ? bytes.getBytes() : parts.appendBuffer(bytes).getBytes();
            parts = null;
            session.frame(message);
        } else {
            parts = parts == null ? Buffer.buffer(bytes.getBytes()) : parts.appendBuffer(bytes);
            session.alive();
        }
    }

    @Override
    public void send(String frame) {
        if (!closing) {
            socket.writeTextMessage(frame);
        }
    }

    @Override
    public boolean full() {
        // A closed one throws, and a hint for many sessions must not end at it.
        return !socket.isClosed() && socket.writeQueueFull();
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public void close(CloseCode code, String reason) {
        if (!closing) {
            closing = true;
            socket.close(code.code(), reason);
        }
    }
}
