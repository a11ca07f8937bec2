package io.meridian.delivery;

import io.meridian.async.Deadline;
import io.meridian.message.RegionId;
import io.meridian.store.GenerationStore;
import io.meridian.store.InboxGeneration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's way to the region's Redis: one pipelined connection at a time, made again for ever when it ends.
 *
 * <p>On every new connection the server's run and replication ids are read first, then the generation that belongs to
 * them; only then it carries scripts. While there is none, calls fail at once, and what is in flight when a connection
 * ends fails: it may or may not have been done. May be called from any thread.
 */
public final class RedisLink {
    private static final Logger LOGGER = LoggerFactory.getLogger(RedisLink.class);
    /** First and longest pause between attempts to connect: back within a second of a restart, no storm meanwhile. */
    private static final long MIN_BACKOFF_MS = 50;

    private static final long MAX_BACKOFF_MS = 1_000;
    /** A generation that another node raised without a restart of Redis is known here within this. */
    private static final long REFRESH_MS = 5_000;
    /** Above the store's own timeouts and retries. */
    private static final long GENERATION_TIMEOUT_MS = 15_000;

    /** All scripts, loaded on every new connection. */
    private static final List<LuaScript> SCRIPTS = List.of(
            AppendScript.SCRIPT,
            ConnectScript.SCRIPT,
            HeartbeatScript.SCRIPT,
            DisconnectScript.SCRIPT,
            BeginSyncScript.SCRIPT,
            EndSyncScript.SCRIPT,
            RemoveScript.SCRIPT);

    private final Vertx vertx;
    private final Context context;
    private final RedisSettings settings;
    private final GenerationStore generations;
    private final RegionId region;
    private final InstantSource clock;
    private final AtomicReference<Live> live = new AtomicReference<>();
    private volatile boolean closed;
    private volatile long lastGeneration;

    /** A connection and the generation its scripts carry. */
    private record Live(ConnectionLink connection, InboxGeneration generation) {}

    private RedisLink(
            Vertx vertx, RedisSettings settings, GenerationStore generations, RegionId region, InstantSource clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.generations = generations;
        this.region = region;
        this.clock = clock;
    }

    /** Begins to connect and returns at once. */
    public static RedisLink open(
            Vertx vertx, RedisSettings settings, GenerationStore generations, RegionId region, InstantSource clock) {
        var link = new RedisLink(vertx, settings, generations, region, clock);
        link.context.runOnContext(go -> {
            link.connect(MIN_BACKOFF_MS);
            vertx.setPeriodic(REFRESH_MS, timer -> {
                if (link.closed) {
                    vertx.cancelTimer(timer);
                } else if (link.up()) {
                    link.refresh();
                }
            });
        });
        return link;
    }

    /** Whether there is a connection that carries scripts. */
    public boolean up() {
        Live now = live.get();
        return now != null && !now.connection().isOver();
    }

    /** Ends the connection and makes no other. */
    public Future<Void> close() {
        closed = true;
        Live last = live.getAndSet(null);
        if (last == null) {
            return Future.succeededFuture();
        }
        last.connection().end("closed");
        return last.connection().ended().mapEmpty();
    }

    /** The generation scripts carry now; fails while there is no connection. */
    Future<InboxGeneration> generation() {
        Live now = live.get();
        return now == null ? down() : Future.succeededFuture(now.generation());
    }

    /** The highest generation this link has heard of, 0 at first; stays while there is no connection. */
    long lastGeneration() {
        return lastGeneration;
    }

    /** Runs a script under the current generation; once more when that turns out to be over. */
    Future<Response> run(LuaScript script, Function<InboxGeneration, Request> request) {
        return once(script, request)
                .recover(failure -> failure instanceof GenerationChangedException
                        ? refresh().compose(generation -> once(script, request))
                        : Future.failedFuture(failure));
    }

    private Future<Response> once(LuaScript script, Function<InboxGeneration, Request> request) {
        Live now = live.get();
        if (now == null) {
            return down();
        }
        long generation = now.generation().generation();
        return withScript(now, script, () -> now.connection().send(request.apply(now.generation())))
                .recover(failure -> Future.failedFuture(typed(failure, generation)));
    }

    /** A plain command, which no generation can make wrong. */
    Future<Response> send(Request request) {
        Live now = live.get();
        return now == null ? down() : now.connection().send(request);
    }

    /**
     * Calls of one script in one write, under {@code generation} or not at all. A failure is one for all of them; those
     * that were not answered with an error may have been done.
     */
    Future<List<Response>> batch(InboxGeneration generation, LuaScript script, List<Request> requests) {
        Live now = live.get();
        if (now == null) {
            return down();
        }
        if (now.generation().generation() != generation.generation()) {
            return Future.failedFuture(new GenerationChangedException(
                    generation.generation(), "now " + now.generation().generation()));
        }
        return withScript(now, script, () -> now.connection().batch(requests)).recover(failure -> {
            Throwable typed = typed(failure, generation.generation());
            if (typed instanceof GenerationChangedException) {
                refresh();
            }
            return Future.failedFuture(typed);
        });
    }

    private static <T> Future<T> withScript(Live now, LuaScript script, java.util.function.Supplier<Future<T>> call) {
        return call.get()
                .recover(failure -> String.valueOf(failure.getMessage()).contains("NOSCRIPT")
                        ? now.connection().load(script).compose(loaded -> call.get())
                        : Future.failedFuture(failure));
    }

    private static Throwable typed(Throwable failure, long generation) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("STALE") ? new GenerationChangedException(generation, message) : failure;
    }

    /** Asks the store for the region's generation and takes it over if it is higher. */
    Future<InboxGeneration> refresh() {
        return Deadline.within(GENERATION_TIMEOUT_MS, generations.current(region))
                .compose(current -> current.map(this::adopt).orElseGet(this::generation));
    }

    /** Raises the generation and makes every device of the region incomplete: something may never have reached them. */
    Future<InboxGeneration> flagAllIncomplete() {
        return Deadline.within(GENERATION_TIMEOUT_MS, generations.flagAllIncomplete(region, clock.millis()))
                .compose(this::adopt);
    }

    private Future<InboxGeneration> adopt(InboxGeneration current) {
        Live now = live.get();
        if (now == null) {
            return down();
        }
        if (current.generation() <= now.generation().generation()) {
            return Future.succeededFuture(now.generation());
        }
        if (!current.serverIdentity().equals(now.connection().identity())) {
            now.connection().end("the region went over to another Redis than the one of this connection");
            return down();
        }
        if (live.compareAndSet(now, new Live(now.connection(), current))) {
            noted(current);
            LOGGER.info("inbox generation is {} now", current.generation());
            return Future.succeededFuture(current);
        }
        return adopt(current);
    }

    private void noted(InboxGeneration generation) {
        lastGeneration = Math.max(lastGeneration, generation.generation());
    }

    private void connect(long backoffMs) {
        if (closed) {
            return;
        }
        ConnectionLink.connect(vertx, context, settings)
                .compose(connection -> qualify(connection)
                        .onSuccess(generation -> begin(new Live(connection, generation)))
                        .onFailure(failure -> connection.end("not used")))
                .onFailure(failure -> {
                    LOGGER.warn("no Redis yet: {}", failure.toString());
                    vertx.setTimer(backoffMs, later -> connect(Math.min(MAX_BACKOFF_MS, 2 * backoffMs)));
                });
    }

    /** What a connection needs before it carries a script: its generation, and the scripts. */
    private Future<InboxGeneration> qualify(ConnectionLink connection) {
        Promise<InboxGeneration> promise = Promise.promise();
        context.runOnContext(go -> Deadline.within(
                        GENERATION_TIMEOUT_MS, generations.forServer(region, connection.identity(), clock.millis()))
                .compose(generation -> Future.all(
                                SCRIPTS.stream().map(connection::load).toList())
                        .map(loaded -> generation))
                .onComplete(promise));
        return promise.future();
    }

    private void begin(Live next) {
        if (closed) {
            next.connection().end("closed");
            return;
        }
        noted(next.generation());
        live.set(next);
        LOGGER.info(
                "Redis {} is up, inbox generation {}",
                next.connection().identity(),
                next.generation().generation());
        next.connection()
                .ended()
                .onComplete(end -> context.runOnContext(go -> {
                    Live last = live.get();
                    if (last != null && last.connection() == next.connection()) {
                        live.set(null);
                    }
                    if (!closed) {
                        LOGGER.warn("Redis is gone: {}", end.result());
                        connect(MIN_BACKOFF_MS);
                    }
                }));
    }

    private static <T> Future<T> down() {
        return Future.failedFuture(new RedisDownException("no connection to Redis"));
    }
}
