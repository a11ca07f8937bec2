package io.meridian.delivery;

import io.meridian.async.Deadline;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One TCP connection to one life of a Redis, from the handshake to its end. Has a client of its own, for a connection
 * given back to Vert.x' pool is not closed but used again, wedged or not. Calls are pipelined and answered in order;
 * they may come from any thread and are answered on the caller's context.
 */
final class ConnectionLink {
    /** Calls waiting for answers: what every verticle of a node may have in flight, twice over. */
    private static final int MAX_IN_FLIGHT = 16_384;
    /** The silence that ends a connection is measured in quarters, so that a stopped clock of ours doesn't count. */
    private static final int QUARTERS = 4;

    /** What the client calls it that no answer will come; in the form of an answer of Redis, which it is not. */
    private static final String ENDED = "CONNECTION_CLOSED";

    private static final Pattern RUN_ID = Pattern.compile("run_id:([0-9a-f]+)");
    private static final Pattern REPLICATION_ID = Pattern.compile("master_replid:([0-9a-f]+)");
    private static final Pattern ROLE = Pattern.compile("role:(\\w+)");

    private final Vertx vertx;
    private final Context context;
    private final Redis client;
    private final RedisConnection connection;
    private final String address;
    private final Server server;
    private final Promise<String> ended = Promise.promise();
    private volatile Consumer<String> whenOver = reason -> {};
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final long watchdog;
    private long answeredBefore;
    private int silentQuarters;

    /** Who answers. */
    private record Server(String identity, boolean primary) {}

    private ConnectionLink(
            Vertx vertx, Redis client, RedisConnection connection, String address, Server server, Duration silence) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.client = client;
        this.connection = connection;
        this.address = address;
        this.server = server;
        ended.future().onSuccess(reason -> whenOver.accept(reason));
        connection.endHandler(end -> end("Redis closed the connection"));
        connection.exceptionHandler(failure -> end("connection to Redis failed: " + failure.getMessage()));
        this.watchdog = vertx.setPeriodic(Math.max(1, silence.toMillis() / QUARTERS), quarter -> watch());
    }

    /** On {@code context}: connects and reads who answers; fails, with nothing left open, when that takes too long. */
    static Future<ConnectionLink> connect(Vertx vertx, Context context, String url, Duration requestTimeout) {
        Promise<ConnectionLink> promise = Promise.promise();
        context.runOnContext(go -> {
            Redis client = Redis.createClient(vertx, options(url, requestTimeout));
            Deadline.within(
                            requestTimeout.toMillis(),
                            client.connect()
                                    .compose(connection -> server(connection)
                                            .map(server -> new ConnectionLink(
                                                    vertx,
                                                    client,
                                                    connection,
                                                    RedisSettings.addressOf(url),
                                                    server,
                                                    requestTimeout))))
                    .onFailure(failure -> client.close())
                    .onComplete(promise);
        });
        return promise.future();
    }

    private static RedisOptions options(String url, Duration requestTimeout) {
        return new RedisOptions()
                .setConnectionString(url)
                .setNetClientOptions(new NetClientOptions()
                        .setConnectTimeout((int) requestTimeout.toMillis())
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true))
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                .setMaxWaitingHandlers(MAX_IN_FLIGHT);
    }

    private static Future<Server> server(RedisConnection connection) {
        return info(connection, "server")
                .compose(server -> info(connection, "replication")
                        .map(replication -> new Server(
                                first(RUN_ID, server) + ":" + first(REPLICATION_ID, replication),
                                first(ROLE, replication).equals("master"))));
    }

    private static Future<String> info(RedisConnection connection, String section) {
        return connection.send(Request.cmd(Command.INFO).arg(section)).map(Response::toString);
    }

    private static String first(Pattern pattern, String info) {
        Matcher matcher = pattern.matcher(info);
        if (!matcher.find()) {
            throw new IllegalStateException("Redis' INFO lacks " + pattern.pattern());
        }
        return matcher.group(1);
    }

    /** Which life of which server this is: its run id and its replication id. */
    String identity() {
        return server.identity();
    }

    /** When it was connected to. */
    boolean isPrimary() {
        return server.primary();
    }

    /** Asks again: a replica that is promoted, or a primary that is replaced, goes on in the same connection. */
    Future<Boolean> isWhoItWas() {
        return counted(() -> server(connection)).map(server::equals);
    }

    /** {@code host:port}. */
    String address() {
        return address;
    }

    String host() {
        return address.substring(0, address.lastIndexOf(':'));
    }

    /** Done, with the reason, when the connection is over. */
    Future<String> ended() {
        return ended.future();
    }

    /** Whom to tell the reason when it is over, or at once if it is; in place of whoever was to be told before. */
    void whenOver(Consumer<String> next) {
        whenOver = next;
        if (ended.future().succeeded()) {
            next.accept(ended.future().result());
        }
    }

    boolean isOver() {
        return over.get();
    }

    /** So that a script is known before it is called by its digest. A Redis that still loads its data refuses. */
    Future<Void> load(LuaScript script) {
        return send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.source()))
                .mapEmpty();
    }

    Future<Response> send(Request request) {
        return counted(() -> connection.send(request));
    }

    /** One write for all; fails as a whole when one of them does. */
    Future<List<Response>> batch(List<Request> requests) {
        return counted(() -> connection.batch(requests));
    }

    private <T> Future<T> counted(Supplier<Future<T>> call) {
        if (over.get()) {
            return Future.failedFuture(new RedisDownException("the connection to Redis is over"));
        }
        sent.incrementAndGet();
        return call.get()
                .onComplete(answer -> answered.incrementAndGet())
                .recover(failure -> Future.failedFuture(typed(failure)));
    }

    /** What ended with the connection must not look like what Redis refused. */
    private Throwable typed(Throwable failure) {
        boolean unanswered = over.get() || String.valueOf(failure.getMessage()).contains(ENDED);
        return unanswered ? new RedisDownException("the connection to Redis ended: " + firstLine(failure)) : failure;
    }

    /** Of a batch the client makes a line for each call. */
    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private void watch() {
        long now = answered.get();
        boolean silent = sent.get() > now && now == answeredBefore;
        answeredBefore = now;
        silentQuarters = silent ? silentQuarters + 1 : 0;
        if (silentQuarters > QUARTERS) {
            end("Redis answers nothing");
        }
    }

    /** Ends the connection: whatever is in flight fails, done or not. */
    void end(String reason) {
        if (over.compareAndSet(false, true)) {
            vertx.cancelTimer(watchdog);
            // on its own context, where the client's answers and its end cannot meet
            context.runOnContext(go -> client.close().onComplete(closed -> ended.complete(reason)));
        }
    }
}
