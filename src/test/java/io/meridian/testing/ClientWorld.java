package io.meridian.testing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** What the clients of a test share: sockets, nodes, the recorded history and the seed. Closing it ends its clients. */
public final class ClientWorld implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 2_000;
    /** A frame of the contract has 64 KiB at most; an event with its frame around it may have a little more. */
    private static final int MAX_FRAME = 128 * 1024;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final WebSocketClient sockets = vertx.createWebSocketClient(new WebSocketClientOptions()
            .setMaxConnections(MOST_CONNECTIONS)
            .setMaxFrameSize(MAX_FRAME)
            .setMaxMessageSize(MAX_FRAME)
            .setConnectTimeout(3_000));
    private final HttpApi api;
    private final History history = new History(System::nanoTime);
    private final ClientTiming timing;
    private final long seed;
    private final AtomicLong names = new AtomicLong();
    private final ConcurrentLinkedQueue<ChatClient> clients = new ConcurrentLinkedQueue<>();

    public ClientWorld(List<URI> nodes, ClientTiming timing, long seed) {
        this.api = new HttpApi(nodes);
        this.timing = timing;
        this.seed = seed;
    }

    public HttpApi api() {
        return api;
    }

    public History history() {
        return history;
    }

    Vertx vertx() {
        return vertx;
    }

    WebSocketClient sockets() {
        return sockets;
    }

    ClientTiming timing() {
        return timing;
    }

    /** Its own sequence for everyone who needs one, the same in every run with the seed. */
    public Random random(String who) {
        return new Random(seed * 31 + who.hashCode());
    }

    /** A name that no other run and no other caller uses. */
    public String name(String prefix) {
        return prefix + "-" + Long.toString(System.nanoTime() & 0xffff_ffffL, 36) + "-" + names.incrementAndGet();
    }

    /** A new user, registered at the node. */
    public Person register(String prefix, int node) {
        return new Person(this, Session.register(api, node, name(prefix), "correct horse " + seed), node);
    }

    /** A new user at the first node. */
    public Person register(String prefix) {
        return register(prefix, 0);
    }

    ChatClient add(ChatClient client) {
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        clients.forEach(ChatClient::vanish);
        try {
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the clients' sockets did not close", e);
        }
    }
}
