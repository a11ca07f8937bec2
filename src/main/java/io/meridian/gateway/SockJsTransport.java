package io.meridian.gateway;

import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A session over SockJS' HTTP transports: what it has to say goes out with whichever answer is open, one after the other,
 * and waits here while there is none; what the client says comes in bodies of requests, one at a time, each answered when
 * its frames have been taken.
 *
 * <p>Lives on the event loop of the gateway that its first request came to. Later ones may come to another gateway of the
 * node: {@link #run} brings them here.
 */
final class SockJsTransport implements Transport, Shareable {
    /** 5 s, SockJS' usual: a client that polls is back within a round trip or two. */
    static final long ABSENT_MS = 5_000;
    /** 25 s, SockJS' usual: proxies cut answers that are silent for 30 or 60. */
    static final long HEARTBEAT_MS = 25_000;

    private final Context owner;
    private final String key;
    private final WriteQueue queue = new WriteQueue();
    private final ArrayDeque<Waiting> unsent = new ArrayDeque<>(2);
    private final Inbound inbound = new Inbound(this::message);
    /** One body at a time: the bound of what a client can have here that was not taken. */
    private final AtomicBoolean sending = new AtomicBoolean();

    private Session session;
    private SockJsReceiver receiver;
    private String lastFrame;
    private boolean opened;
    private boolean flushing;
    private volatile boolean closed;
    private long closedMs = -1;
    /** When the last frame was written, or the last answer ended. */
    private long quietSinceMs = -1;

    private record Waiting(String frame, int bytes) {}

    /** To be made on the gateway's event loop. {@code key}: what requests of the same session have in common. */
    SockJsTransport(Context owner, String key) {
        this.owner = owner;
        this.key = key;
    }

    void carry(Session carried) {
        session = carried;
    }

    String key() {
        return key;
    }

    /** Runs on the session's event loop; at once, if that is this one. */
    void run(Runnable action) {
        if (Vertx.currentContext() == owner) {
            action.run();
        } else {
            owner.runOnContext(go -> action.run());
        }
    }

    /** An answer that may be written to. The second at a time is turned away. */
    void receive(SockJsReceiver next) {
        if (receiver != null) {
            next.write(SockJsFrames.close(2010, "Another connection still open"));
            next.end();
            return;
        }
        receiver = next;
        quietSinceMs = -1;
        next.onGone(() -> run(() -> gone(next)));
        if (receiver == next && !opened) {
            opened = true;
            next.write(SockJsFrames.OPEN);
        }
        flush();
    }

    /** From any thread. False: another body is being taken. Ends by {@link #sent}. */
    boolean sending() {
        return sending.compareAndSet(false, true);
    }

    void sent() {
        sending.set(false);
    }

    /** {@code taken}: called when the session has taken all of them, or never will. */
    void take(List<byte[]> frames, Runnable taken) {
        if (closed) {
            taken.run();
        } else {
            inbound.offer(frames, taken);
        }
    }

    /** What came is no good. */
    void refuse(CloseCode code, String reason) {
        session.close(code, reason);
    }

    /** Nothing more is said by, or taken from, whoever is there. From any thread. */
    boolean closed() {
        return closed;
    }

    /** Whether the client has said who it is; from any thread, and then perhaps a moment late. */
    boolean known() {
        return session.identity() != null;
    }

    /** Once a second. True: nobody will ask for this session any more. */
    boolean tick(long nowMs) {
        if (quietSinceMs < 0) {
            quietSinceMs = nowMs;
        }
        if (closed) {
            closedMs = closedMs < 0 ? nowMs : closedMs;
            return nowMs - closedMs >= ABSENT_MS;
        }
        if (receiver == null && nowMs - quietSinceMs >= ABSENT_MS) {
            end();
        } else if (receiver != null && nowMs - quietSinceMs >= HEARTBEAT_MS) {
            quietSinceMs = nowMs;
            receiver.write(SockJsFrames.HEARTBEAT);
            forgetEnded();
        }
        return false;
    }

    @Override
    public void send(String frame) {
        if (closed) {
            return;
        }
        var waiting = new Waiting(frame, ByteBufUtil.utf8Bytes(frame));
        queue.add(waiting.bytes());
        unsent.add(waiting);
        if (queue.over()) {
            session.close(CloseCode.OVERLOADED, "too much is sent that is not read");
        } else if (!flushing) {
            // What else is sent in this turn goes with it: a poll carries one frame of SockJS, of however many
            // messages.
            flushing = true;
            owner.runOnContext(go -> {
                flushing = false;
                flush();
            });
        }
    }

    @Override
    public WriteQueue queue() {
        return queue;
    }

    @Override
    public void pause() {
        inbound.pause();
    }

    @Override
    public void resume() {
        inbound.resume();
    }

    @Override
    public void close(CloseCode code, String reason) {
        if (!closed) {
            closed = true;
            lastFrame = SockJsFrames.close(code.code(), reason);
            inbound.clear();
            flush();
        }
    }

    private void message(byte[] json) {
        if (json.length > MAX_FRAME) {
            session.close(CloseCode.TOO_LARGE, "a frame has " + MAX_FRAME + " bytes at most");
        } else {
            session.frame(json);
        }
    }

    private void flush() {
        forgetEnded();
        while (receiver != null && !unsent.isEmpty()) {
            write(receiver);
            forgetEnded();
        }
        if (receiver != null && lastFrame != null) {
            receiver.write(lastFrame);
            receiver.end();
            forgetEnded();
        }
    }

    /** Everything that waits, up to what is full: so a single answer is never larger. */
    private void write(SockJsReceiver to) {
        List<String> frames = new ArrayList<>();
        int bytes = 0;
        while (!unsent.isEmpty() && bytes < WriteQueue.FULL) {
            Waiting next = unsent.poll();
            frames.add(next.frame());
            bytes += next.bytes();
        }
        int written = bytes;
        quietSinceMs = -1;
        to.write(SockJsFrames.messages(frames)).onComplete(done -> run(() -> taken(written)));
    }

    private void taken(int bytes) {
        if (queue.taken(bytes)) {
            session.drained();
        }
    }

    private void forgetEnded() {
        if (receiver != null && receiver.ended()) {
            receiver = null;
            quietSinceMs = -1;
        }
    }

    /** An answer's connection ended before the answer: what it carried may be lost, so the session is. */
    private void gone(SockJsReceiver which) {
        if (receiver == which) {
            receiver = null;
            end();
        }
    }

    private void end() {
        if (!closed) {
            closed = true;
            lastFrame = SockJsFrames.close(1002, "Connection interrupted");
            session.gone();
            inbound.clear();
        }
        unsent.clear();
    }
}
