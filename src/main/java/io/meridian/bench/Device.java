package io.meridian.bench;

import io.meridian.async.Deadline;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;

/** One device with its live connection: says hello, counts what comes, acknowledges in batches. Lives on one event loop. */
final class Device {
    private static final String SUBPROTOCOL = "meridian.v1";
    private static final int ABNORMAL = 1006;
    /** All clients at once on a small machine; the contract's own bounds are shorter. */
    private static final long CONNECT_MS = 60_000;
    /** The server takes a connection for dead after 60 s. */
    private static final long PING_EVERY_NS = 25_000_000_000L;

    private final Account account;
    private final String id;
    private final int room;
    private final int member;
    private final Ticker ticker;

    private ClientWebSocket socket;
    private Promise<Void> synced;
    private long startedNs;
    private long readyNs;
    private long syncedNs;
    private boolean open;
    private boolean complete;
    private boolean leaving;
    private String acknowledge;
    private long spokeNs;

    /** @param room index among the rooms of the event loop, -1 for a device that only connects */
    Device(Account account, String id, int room, int member, Ticker ticker) {
        this.account = account;
        this.id = id;
        this.room = room;
        this.member = member;
        this.ticker = ticker;
    }

    Account account() {
        return account;
    }

    String id() {
        return id;
    }

    boolean inboxComplete() {
        return complete;
    }

    /** When it last began to connect, was {@code ready} and was {@code synced}. */
    long startedNs() {
        return startedNs;
    }

    long readyNs() {
        return readyNs;
    }

    long syncedNs() {
        return syncedNs;
    }

    /** Connects and says hello; done with {@code synced}. */
    Future<Void> connect(WebSocketClient client, LoadVerticle loop) {
        startedNs = ticker.nowNs();
        leaving = false;
        Promise<Void> promise = Promise.promise();
        synced = promise;
        ClientWebSocket fresh = client.webSocket();
        socket = fresh;
        fresh.textMessageHandler(frame -> {
            if (socket == fresh) {
                take(frame, loop.phase());
            }
        });
        // What ended it is in the close code.
        fresh.exceptionHandler(failure -> {});
        fresh.closeHandler(closed -> {
            if (socket == fresh) {
                closed(fresh, loop);
            }
        });
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(account.node().getHost())
                .setPort(account.node().getPort())
                .setURI("/connect")
                .setTimeout(CONNECT_MS)
                .addSubProtocol(SUBPROTOCOL)
                .addHeader("authorization", "Bearer " + account.token());
        return Deadline.within(
                CONNECT_MS,
                fresh.connect(options)
                        .compose(connected -> {
                            open = true;
                            return write(Frames.hello(id));
                        })
                        .compose(sent -> promise.future()));
    }

    /** Sends a message that was due then. */
    void send(Phase phase, long message, long dueNs, String content) {
        phase.offer(dueNs);
        if (!open) {
            phase.refused("not_connected");
            return;
        }
        String clientMessageId = new Stamp(phase.name(), message, dueNs).id();
        write(Frames.send(phase.room(room).id(), clientMessageId, content))
                .onFailure(failure -> phase.error("not_written"));
    }

    /** Acknowledges what came since the last time; says that it is there if it said nothing else for long. */
    void tick() {
        if (!open || leaving) {
            return;
        }
        if (acknowledge != null) {
            write(Frames.acknowledge(acknowledge));
            acknowledge = null;
        } else if (ticker.nowNs() - spokeNs > PING_EVERY_NS) {
            write(Frames.PING);
        }
    }

    /** As if the network went: no close frame. */
    void cut() {
        leaving = true;
        acknowledge = null;
        if (socket instanceof WebSocketInternal internal && internal.channelHandlerContext() != null) {
            internal.channelHandlerContext().close();
        }
        forget();
    }

    Future<Void> close() {
        leaving = true;
        ClientWebSocket last = socket;
        boolean was = open;
        forget();
        return was ? last.close().otherwiseEmpty() : Future.succeededFuture();
    }

    private void forget() {
        open = false;
        socket = null;
    }

    private Future<Void> write(String frame) {
        spokeNs = ticker.nowNs();
        return socket.writeTextMessage(frame);
    }

    private void take(String frame, Phase phase) {
        String type = Frames.text(frame, Frames.EVENT_TYPE);
        String deliveryId = Frames.text(frame, Frames.DELIVERY_ID);
        if (deliveryId != null) {
            acknowledge = deliveryId;
        }
        switch (String.valueOf(type)) {
            case "message_created" -> phase.delivered(room, member, frame);
            case "message_sent" -> phase.acknowledged(room, member, frame);
            case "message_accepted" -> phase.accepted();
            case "ready" -> {
                readyNs = ticker.nowNs();
                complete = Frames.isTrue(frame, Frames.INBOX_COMPLETE);
            }
            case "synced" -> {
                syncedNs = ticker.nowNs();
                synced.tryComplete();
            }
            case "error" -> {
                String code = String.valueOf(Frames.text(frame, Frames.CODE));
                phase.refused(code);
                synced.tryFail(new BenchException("a hello was answered with the error " + code));
            }
            default -> {
                // Events of the conversation's making, receipts, pongs: nothing that is counted.
            }
        }
    }

    private void closed(ClientWebSocket ended, LoadVerticle loop) {
        forget();
        int code = ended.closeStatusCode() == null ? ABNORMAL : ended.closeStatusCode();
        synced.tryFail(new BenchException("a connection was closed with " + code + " before it was synced"));
        if (!leaving) {
            loop.phase().error("closed_" + code);
        }
    }
}
