package io.meridian.testing;

import io.vertx.core.http.UpgradeRejectedException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One device that behaves as the contract asks of clients: it stores a send before it sends it and sends it again until it is
 * settled, connects again when a connection ends, acknowledges in batches, drops what it holds, closes gaps from history and
 * syncs while its inbox is not whole. Everything it does and sees goes into the {@link History} of its world.
 *
 * <p>Thread-safe: one lock, never held while waiting.
 */
public final class ChatClient {
    private static final long TICK_MS = 50;
    private static final int NORMAL = 1000;
    private static final int UNAUTHENTICATED = 4401;

    private final ClientWorld world;
    private final Line.Dialler dialler;
    private final Session session;
    private final Observation.Device device;
    private final DeviceState state;
    private final Catching catching;
    private final Inward inward;
    private final Backoff backoff;
    private final Supplier<String> ids;
    private final List<Integer> closeCodes = new CopyOnWriteArrayList<>();

    private int node;
    private boolean wanted;
    /** Numbers connections, so that a late callback of an earlier one changes nothing. */
    private long connection;

    private Line socket;
    private long timer;
    private long readyCount;
    private boolean ready;
    private boolean synced;
    private boolean complete;
    private boolean acknowledging = true;
    private String acknowledgeUpTo;
    private long acknowledgedAtMs;
    private long heardAtMs;
    private long spokeAtMs;

    ChatClient(ClientWorld world, Session session, String deviceId, int node, Line.Dialler dialler) {
        this.dialler = dialler;
        this.world = world;
        this.session = session;
        this.node = node;
        this.device = new Observation.Device(session.account().userId(), deviceId);
        this.state = new DeviceState(
                device.userId(), new Outbox(world.timing().resend().toMillis()));
        this.backoff = new Backoff(
                world.timing().firstBackoff().toMillis(),
                world.timing().maxBackoff().toMillis(),
                world.random(deviceId + device.userId()));
        this.ids = () -> UUID.randomUUID().toString();
        this.catching = new Catching(this, world, session, state);
        this.inward = new Inward(this, world.history(), state, device);
        world.add(this);
    }

    /** Connects, and connects again whenever the connection ends, until {@link #goAway} or {@link #loseNetwork}. */
    public synchronized ChatClient start() {
        if (!wanted) {
            wanted = true;
            connect();
            timer = world.vertx().setPeriodic(TICK_MS, id -> tick());
        }
        return this;
    }

    /** Closes in order and stays away. */
    public synchronized void goAway() {
        end(NORMAL);
    }

    /** Loses its connection without a word and stays away. */
    public synchronized void loseNetwork() {
        end(0);
    }

    /** Loses its connection without a word and connects again at once, elsewhere. */
    public synchronized void switchNetwork() {
        if (wanted) {
            Line old = socket;
            node++;
            connect();
            if (old != null) {
                old.abort();
            }
        }
    }

    /** Connects again while the server still thinks that the old connection lives; the server has to end that one. */
    public synchronized void connectTwice() {
        if (wanted) {
            node++;
            connect();
        }
    }

    /** Ends for good, at the end of a test. */
    void vanish() {
        loseNetwork();
    }

    private void end(int code) {
        if (wanted) {
            wanted = false;
            world.vertx().cancelTimer(timer);
            Line old = socket;
            forgetConnection();
            if (old != null && code == NORMAL) {
                old.close(code);
            } else if (old != null) {
                old.abort();
            }
        }
    }

    private void forgetConnection() {
        connection++;
        socket = null;
        ready = false;
        synced = false;
        acknowledgeUpTo = null;
        catching.stop();
    }

    private void connect() {
        forgetConnection();
        long number = connection;
        heardAtMs = nowMs();
        dialler.dial(world, node, session.accessToken(), text -> heard(number, text), code -> closed(number, code))
                .onComplete(opened -> opened(number, opened), failure -> refused(number, failure));
    }

    private synchronized void opened(long number, Line opened) {
        if (number != connection) {
            opened.abort();
            return;
        }
        socket = opened;
        say(Wire.frame("hello")
                .put("deviceId", device.deviceId())
                .put("platform", "test")
                .toString());
    }

    private synchronized void refused(long number, Throwable failure) {
        if (number == connection) {
            boolean token = failure instanceof UpgradeRejectedException rejected && rejected.getStatus() == 401;
            reconnect(token, backoff.next());
        }
    }

    private synchronized void closed(long number, int code) {
        closeCodes.add(code);
        if (number == connection) {
            reconnect(code == UNAUTHENTICATED, backoff.next());
        }
    }

    /** The server asked for it. */
    synchronized void reconnectAfter(long afterMs) {
        Line old = socket;
        reconnect(false, afterMs);
        if (old != null) {
            old.close(NORMAL);
        }
    }

    private void reconnect(boolean renewToken, long afterMs) {
        forgetConnection();
        node++;
        heardAtMs = nowMs() + afterMs;
        long number = connection;
        world.vertx().setTimer(Math.max(1, afterMs), id -> {
            if (renewToken) {
                session.renew(node).whenComplete((done, failure) -> connectAgain(number));
            } else {
                connectAgain(number);
            }
        });
    }

    private synchronized void connectAgain(long number) {
        if (wanted && number == connection) {
            connect();
        }
    }

    private synchronized void heard(long number, String text) {
        if (number == connection) {
            heardAtMs = nowMs();
            inward.frame(text);
        }
    }

    /** {@code ready}: what has no final answer goes out again, and an inbox that is not whole is made so. */
    void onReady(boolean inboxComplete) {
        ready = true;
        readyCount++;
        complete = inboxComplete;
        backoff.succeeded();
        state.outbox().connected(nowMs());
        sendDue();
        if (!complete) {
            catching.sync(connection);
        }
    }

    void onSynced() {
        synced = true;
    }

    void onDelivered(String deliveryId) {
        acknowledgeUpTo = deliveryId;
    }

    void onSyncEnded() {
        complete = true;
    }

    private synchronized void tick() {
        long now = nowMs();
        if (wanted && now - heardAtMs > world.timing().silence().toMillis()) {
            Line dead = socket;
            reconnect(false, backoff.next());
            if (dead != null) {
                dead.abort();
            }
        } else if (wanted && ready) {
            sendDue();
            acknowledge(now);
            catching.closeGaps(now, connection);
            if (now - spokeAtMs >= world.timing().ping().toMillis()) {
                say(Wire.frame("ping").toString());
            }
        }
    }

    private void sendDue() {
        for (Outbox.Pending send : state.outbox().takeDue(nowMs())) {
            world.history()
                    .add(new Observation.Sent(
                            world.history().now(),
                            device,
                            inward.key(send.conversationId(), send.clientMessageId()),
                            send.content(),
                            send.attempts()));
            say(send.frame());
        }
    }

    private void acknowledge(long now) {
        boolean due = now - acknowledgedAtMs >= world.timing().acknowledge().toMillis();
        if (acknowledging && acknowledgeUpTo != null && due) {
            say(Wire.frame("message_ack").put("upTo", acknowledgeUpTo).toString());
            acknowledgeUpTo = null;
            acknowledgedAtMs = now;
        }
    }

    private void say(String frame) {
        spokeAtMs = nowMs();
        // Fails only with the connection, whose end is told by itself.
        socket.send(frame);
    }

    /** Stores a text message and sends it as soon as there is a connection; returns its {@code clientMessageId}. */
    public synchronized String send(String conversationId, String content) {
        String id = ids.get();
        String frame = RawConnection.message(conversationId, id, content).toString();
        state.outbox().store(id, conversationId, content, frame, nowMs());
        if (ready) {
            sendDue();
        }
        return id;
    }

    /** Tells the server that the user has read up to there; lost without a connection. */
    public synchronized void read(String conversationId, long seq) {
        if (ready) {
            say(Wire.frame("message_read")
                    .put("conversationId", conversationId)
                    .put("seq", seq)
                    .toString());
        }
    }

    /** Whether it acknowledges what it gets; true at first. */
    public synchronized void acknowledge(boolean on) {
        acknowledging = on;
    }

    /** A list or another device says that the conversation has come so far; what is missing is fetched. */
    public synchronized void announce(String conversationId, long lastSeq) {
        state.log(conversationId).announce(lastSeq);
    }

    /** Fetches what lies below what this device holds, to the beginning; done when {@link #isCaughtUp} says so again. */
    public synchronized void fetchOlder() {
        catching.fetchOlder();
    }

    public synchronized boolean isLive() {
        return ready && synced;
    }

    /** Connected, the inbox whole, nothing on its way in or out. */
    public synchronized boolean isSettled() {
        return isLive() && complete && state.outbox().isEmpty() && isCaughtUp();
    }

    public synchronized boolean isCaughtUp() {
        return state.isCaughtUp() && !catching.isBusy();
    }

    /** Sends without a final answer. */
    public synchronized int pending() {
        return state.outbox().size();
    }

    /** How often it was {@code ready}. */
    public synchronized long readyCount() {
        return readyCount;
    }

    /** What the last {@code ready} said, or that a sync has ended since. */
    public synchronized boolean isInboxComplete() {
        return complete;
    }

    /** Codes of every connection that ended, also of those it had left already. */
    public List<Integer> closeCodes() {
        return List.copyOf(closeCodes);
    }

    /** What this device shows of the conversation. */
    public synchronized List<ChatEvent> events(String conversationId) {
        return state.log(conversationId).events();
    }

    /** What this device shows of every conversation. */
    public synchronized Map<String, List<ChatEvent>> held() {
        Map<String, List<ChatEvent>> held = new java.util.TreeMap<>();
        state.logs().forEach((id, log) -> held.put(id, log.events()));
        return held;
    }

    public Observation.Device device() {
        return device;
    }

    public synchronized int node() {
        return Math.floorMod(node, world.api().nodes());
    }

    /** Why it is not settled, for a test's message. */
    public synchronized String trouble() {
        return device + " at node " + node() + ": live " + isLive() + ", inbox complete " + complete + ", pending "
                + pending() + ", closed with " + closeCodes + ", fetching " + catching.isBusy() + ", behind "
                + state.logs().values().stream()
                        .filter(log -> !log.isCaughtUp())
                        .toList();
    }

    boolean isOn(long number) {
        return number == connection;
    }

    static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
