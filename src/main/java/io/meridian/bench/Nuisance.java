package io.meridian.bench;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client as nobody wants it, on an event loop of its own. It comes back at once when it is thrown out. */
final class Nuisance extends VerticleBase {
    /** What it does wrong. */
    enum Habit {
        /** Sends as fast as the connection takes it. */
        FLOODER,
        /** Reads nothing after its {@code synced}. */
        SLOW_READER,
        /** Reads all and acknowledges nothing. */
        NEVER_ACKNOWLEDGES;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private static final String DEVICE = "nuisance";
    private static final int MAX_FRAME = 128 * 1024;
    /** As soon as makes sense even for it: it may say hello five times a second. */
    private static final long AGAIN_MS = 200;

    private static final int AT_ONCE = 16;

    private final Habit habit;
    private final Account account;
    private final String conversation;
    private final String phase;
    /** Large enough for a slow reader's connection to fill within seconds at the rate that one user may send. */
    private final String content;

    private final Map<String, Long> counts = new TreeMap<>();
    private WebSocketClient client;
    private ClientWebSocket socket;
    private boolean stopping;
    private long messages;

    /** @param phase part of its message ids: never one that is counted */
    Nuisance(Habit habit, Account account, String conversation, String phase, String content) {
        this.habit = habit;
        this.account = account;
        this.conversation = conversation;
        this.phase = phase;
        this.content = content;
    }

    @Override
    public Future<?> start() {
        client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(MAX_FRAME).setMaxMessageSize(MAX_FRAME));
        return connect();
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        if (socket instanceof WebSocketInternal internal && internal.channelHandlerContext() != null) {
            internal.channelHandlerContext().close();
        }
        return client.close();
    }

    /** What it sent and got, by frame type and code; after its end. */
    Map<String, Long> counts() {
        return counts;
    }

    Habit habit() {
        return habit;
    }

    private Future<Void> connect() {
        ClientWebSocket fresh = client.webSocket();
        fresh.textMessageHandler(this::take);
        fresh.exceptionHandler(failure -> {});
        fresh.closeHandler(closed -> {
            count("closed " + fresh.closeStatusCode());
            again();
        });
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(account.node().getHost())
                .setPort(account.node().getPort())
                .setURI("/connect")
                .addHeader("authorization", "Bearer " + account.token());
        return fresh.connect(options).compose(connected -> {
            socket = fresh;
            count("connected");
            return connected.writeTextMessage(Frames.hello(DEVICE));
        });
    }

    private void again() {
        if (!stopping) {
            vertx.setTimer(AGAIN_MS, timer -> {
                if (!stopping) {
                    connect().onFailure(failure -> {
                        count("not connected");
                        again();
                    });
                }
            });
        }
    }

    private void take(String frame) {
        String type = String.valueOf(Frames.text(frame, Frames.EVENT_TYPE));
        count(type.equals("error") ? "error " + Frames.text(frame, Frames.CODE) : type);
        if (type.equals("synced")) {
            switch (habit) {
                case FLOODER -> {
                    socket.drainHandler(drained -> flood());
                    flood();
                }
                case SLOW_READER -> socket.pause();
                case NEVER_ACKNOWLEDGES -> {
                    // It goes on reading.
                }
            }
        }
    }

    private void flood() {
        ClientWebSocket flooded = socket;
        if (flooded.isClosed()) {
            return;
        }
        for (int i = 0; i < AT_ONCE && !flooded.writeQueueFull(); i++) {
            flooded.writeTextMessage(Frames.send(conversation, phase + "-" + messages++, content));
            count("sent");
        }
        if (!flooded.writeQueueFull()) {
            // Its own event loop has to hear of answers and of its end.
            context.runOnContext(next -> {
                if (flooded == socket) {
                    flood();
                }
            });
        }
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }
}
