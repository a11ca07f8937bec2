package io.meridian.gateway;

import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** One HTTP answer that carries what a SockJS session has to say: one frame when it is a poll, many when it streams. */
final class SockJsReceiver {
    /** How frames are written, and how many. */
    enum Kind {
        POLL("application/javascript; charset=UTF-8", "", "", "\n"),
        /** Old browsers show nothing of an answer before its first 2 KiB. */
        STREAM("application/javascript; charset=UTF-8", "h".repeat(2048) + "\n", "", "\n"),
        EVENTS("text/event-stream; charset=UTF-8", "\r\n", "data: ", "\r\n\r\n");

        private final String contentType;
        private final String prelude;
        private final String before;
        private final String behind;

        Kind(String contentType, String prelude, String before, String behind) {
            this.contentType = contentType;
            this.prelude = prelude;
            this.before = before;
            this.behind = behind;
        }
    }

    /** 128 KiB, SockJS' usual: a browser keeps all of an answer that streams, so the next one takes its place. */
    private static final int MAX_STREAMED = 128 * 1024;

    private final Kind kind;
    private final HttpVersion version;
    private final HttpServerResponse response;
    private long streamed;
    private boolean ended;

    SockJsReceiver(Kind kind, HttpVersion version, HttpServerResponse response) {
        this.kind = kind;
        this.version = version;
        this.response = response;
    }

    /** {@code gone}: called, on the request's own event loop, when its connection ends before it does. */
    void onGone(Runnable gone) {
        response.closeHandler(closed -> gone.run());
        response.exceptionHandler(failure -> gone.run());
        if (response.closed()) {
            gone.run();
        }
    }

    /** Done when the socket has taken it. May end the answer: see {@link #ended}. */
    Future<Void> write(String frame) {
        String text = kind.before + frame + kind.behind;
        if (kind == Kind.POLL) {
            ended = true;
            response.putHeader("Content-Type", kind.contentType);
            return response.end(text);
        }
        if (streamed == 0) {
            response.putHeader("Content-Type", kind.contentType)
                    // Proxies that gather an answer before they pass it on would hold all of it back.
                    .putHeader("X-Accel-Buffering", "no")
                    .setChunked(version != HttpVersion.HTTP_1_0);
            text = kind.prelude + text;
        }
        streamed += ByteBufUtil.utf8Bytes(text);
        Future<Void> written = response.write(text);
        if (streamed >= MAX_STREAMED) {
            end();
        }
        return written;
    }

    void end() {
        if (!ended) {
            ended = true;
            response.end();
        }
    }

    boolean ended() {
        return ended;
    }
}
