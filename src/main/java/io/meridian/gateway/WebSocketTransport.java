package io.meridian.gateway;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/** A session's WebSocket: text only, messages put together from their frames within the bound. */
final class WebSocketTransport implements Transport {
    /** SockJS' quoting doubles a message that is all quotes; what comes is counted again when it is unquoted. */
    private static final int MAX_QUOTED = 4 * MAX_FRAME;
    /** Clients send one in 25 s or so. A thousand of the largest are 128 KiB. */
    private static final int MAX_CONTROLS = 1_000;

    private static final long CONTROLS_MS = 1_000;
    /** Time for what was sent last, the close among it, to be read by a client that reads. */
    private static final long LINGER_MS = 10_000;
    /** As browsers wait for the connection's end after the close. */
    private static final long BROKEN_MS = 2_000;

    private final ServerWebSocket socket;
    private final HttpConnection connection;
    private final Timers timers;
    /** Messages come and go quoted, as SockJS does over a WebSocket. */
    private final boolean sockJs;

    private final MessageParts parts;
    private final WriteQueue queue = new WriteQueue();
    private final Inbound inbound = new Inbound(this::message);
    private Session session;
    private boolean closing;
    /** By the session. */
    private boolean paused;
    /** Because pings are not read back. */
    private boolean choked;
    /** Control frames within the second. */
    private int controls;

    private boolean closed;

    /** {@code connection}: the one that was upgraded. */
    WebSocketTransport(ServerWebSocket socket, HttpConnection connection, Timers timers, boolean sockJs) {
        this.socket = socket;
        this.connection = connection;
        this.timers = timers;
        this.sockJs = sockJs;
        this.parts = new MessageParts(sockJs ? MAX_QUOTED : MAX_FRAME);
        socket.setWriteQueueMaxSize(WriteQueue.DRAINED);
    }

    void carry(Session carried) {
        session = carried;
        socket.frameHandler(this::frame);
        socket.drainHandler(drained -> {
            choked = false;
            read();
        });
        if (connection instanceof ConnectionBase open) {
            Context context = Vertx.currentContext();
            CorruptFrames.watch(open.channel(), failure -> context.runOnContext(go -> broken(failure)));
        }
        socket.closeHandler(gone -> {
            closed = true;
            session.gone();
            inbound.clear();
        });
        if (sockJs) {
            write(SockJsFrames.OPEN);
        }
    }

    private void frame(WebSocketFrame frame) {
        if (!frame.isText() && !frame.isBinary() && !frame.isContinuation() && tooManyControls()) {
            cut();
        } else if (closing || frame.isClose()) {
            choke();
        } else if (frame.isBinary()) {
            session.close(CloseCode.MALFORMED, "text frames only");
        } else if (frame.isText() || frame.isContinuation()) {
            text(frame);
        } else {
            session.alive();
            choke();
        }
    }

    /** Pongs are made and kept below us, where nobody counts them: so who asks for a thousand in a second is no client. */
    private boolean tooManyControls() {
        if (controls++ == 0) {
            timers.after(CONTROLS_MS, () -> controls = 0);
        }
        return controls > MAX_CONTROLS;
    }

    /** Pings are answered below us, whoever reads the pongs: one who does not must not have them kept here. */
    private void choke() {
        if (!choked && !socket.isClosed() && socket.writeQueueFull()) {
            choked = true;
            socket.pause();
        }
    }

    private void read() {
        if (!paused && !choked) {
            socket.resume();
        }
    }

    /** Nothing more can be read of it, so no close of the client's own: it only has the time to read ours. */
    private void broken(CorruptedWebSocketFrameException failure) {
        if (WebSocketCloseStatus.MESSAGE_TOO_BIG.equals(failure.closeStatus())) {
            tooLarge();
        } else {
            session.close(CloseCode.PROTOCOL_ERROR, "this is no WebSocket frame");
        }
        timers.after(BROKEN_MS, this::cut);
    }

    private void text(WebSocketFrame frame) {
        if (!parts.add(frame.binaryData())) {
            tooLarge();
        } else if (frame.isFinal()) {
            whole(parts.whole());
        } else {
            session.alive();
        }
    }

    private void whole(byte[] text) {
        if (!sockJs) {
            message(text);
        } else if (text.length > 0) {
            SockJsFrames.read(text)
                    .ifPresentOrElse(
                            messages -> inbound.offer(messages, () -> {}),
                            () -> session.close(CloseCode.MALFORMED, "a SockJS message is an array of strings"));
        }
    }

    private void message(byte[] json) {
        if (json.length > MAX_FRAME) {
            tooLarge();
        } else {
            session.frame(json);
        }
    }

    private void tooLarge() {
        session.close(
                CloseCode.TOO_LARGE,
                "a frame has " + MAX_FRAME + " bytes at most, in " + MessageParts.MAX_PARTS + " parts at most");
    }

    @Override
    public void send(String frame) {
        if (!closing) {
            write(sockJs ? SockJsFrames.messages(List.of(frame)) : frame);
        }
    }

    private void write(String text) {
        int bytes = ByteBufUtil.utf8Bytes(text);
        queue.add(bytes);
        socket.writeTextMessage(text).onComplete(written -> {
            if (queue.taken(bytes)) {
                session.drained();
            }
        });
        if (queue.over() && !closing) {
            session.close(CloseCode.OVERLOADED, "too much is sent that is not read");
        }
    }

    @Override
    public WriteQueue queue() {
        return queue;
    }

    @Override
    public void pause() {
        paused = true;
        inbound.pause();
        socket.pause();
    }

    @Override
    public void resume() {
        // In this order: what is handed on now may be too much again.
        paused = false;
        read();
        inbound.resume();
    }

    @Override
    public void close(CloseCode code, String reason) {
        if (closing) {
            return;
        }
        closing = true;
        inbound.clear();
        if (sockJs) {
            write(SockJsFrames.close(code.code(), reason));
        }
        boolean unread = queue.waiting() > 0 || choked;
        // The client's own close may wait behind what was not read.
        choked = false;
        socket.resume();
        socket.close(code.code(), reason);
        if (unread) {
            timers.after(LINGER_MS, this::cut);
        }
    }

    /** What is never read is never written, nor the close behind it; and who sends on would keep the connection for ever. */
    private void cut() {
        if (!closed && connection instanceof ConnectionBase open) {
            // From the front of the pipeline: behind it Vert.x waits for all that is to be written.
            open.channel().pipeline().firstContext().close();
        }
    }
}
