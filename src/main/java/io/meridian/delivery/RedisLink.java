package io.meridian.delivery;

import io.meridian.async.Deadline;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.meridian.store.GenerationStore;
import io.meridian.store.InboxGeneration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's way to the region's Redis: one pipelined connection at a time to the server, or to each primary of a cluster,
 * made again for ever when it ends.
 *
 * <p>No call is sent on to where a slot has moved: it fails, the cluster is looked at again, and the caller repeats what it
 * has to, in its order. On every new connection the server's run and replication ids are read first, then the generation that belongs to
 * them; only then it carries scripts. While there is none, calls fail at once, and what is in flight when a connection
 * ends fails: it may or may not have been done. May be called from any thread.
 */
public final class RedisLink {
    private static final Logger LOGGER = LoggerFactory.getLogger(RedisLink.class);
    /** First and longest pause between attempts to connect: back within a second of a restart, no storm meanwhile. */
    private static final long MIN_BACKOFF_MS = 50;

    private static final long MAX_BACKOFF_MS = 1_000;
    /** As a call is answered, or a batch: {@code ERR [0] MOVED 1338 127.0.0.1:6379}. */
    private static final Pattern ELSEWHERE = Pattern.compile("(?:^|\\] )(?:MOVED|READONLY) ");

    private static final String UNUSED = "not used any more";
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
            RemoveScript.SCRIPT,
            ReadScript.SCRIPT);

    private final Vertx vertx;
    private final Context context;
    private final RedisSettings settings;
    private final GenerationStore generations;
    private final RegionId region;
    private final InstantSource clock;
    private final AtomicReference<Live> live = new AtomicReference<>();
    private volatile boolean closed;
    /** Connections that are open while there is no whole Redis; those that can be are used again. */
    private volatile Collection<ConnectionLink> spare = List.of();

    private boolean looking;
    private int attempts;
    private final AtomicLong lastGeneration = new AtomicLong();

    /** Connections and the generation that scripts carry on them. */
    private record Live(ServersLink servers, InboxGeneration generation) {}

    /** A call, and the user whose keys it is about. */
    record UserCall(UserId user, Request request) {}

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
        return now != null && !now.servers().isOver();
    }

    /** Ends the connection and makes no other. */
    public Future<Void> close() {
        closed = true;
        spare.forEach(one -> one.end("closed"));
        Live last = live.getAndSet(null);
        if (last == null) {
            return Future.succeededFuture();
        }
        last.servers().end("closed");
        return last.servers().ended().mapEmpty();
    }

    /** The generation scripts carry now; fails while there is no connection. */
    Future<InboxGeneration> generation() {
        Live now = live.get();
        return now == null ? down() : Future.succeededFuture(now.generation());
    }

    /** The highest generation this link has heard of, 0 at first; stays while there is no connection. */
    long lastGeneration() {
        return lastGeneration.get();
    }

    /** Runs a script under the current generation; once more when that turns out to be over. */
    Future<Response> run(UserId user, LuaScript script, Function<InboxGeneration, Request> request) {
        return once(user, script, request)
                .recover(failure -> failure instanceof GenerationChangedException
                        ? refresh().compose(generation -> once(user, script, request))
                        : Future.failedFuture(failure));
    }

    private Future<Response> once(UserId user, LuaScript script, Function<InboxGeneration, Request> request) {
        Live now = live.get();
        if (now == null) {
            return down();
        }
        long generation = now.generation().generation();
        ConnectionLink connection = now.servers().of(user);
        return withScript(connection, script, () -> connection.send(request.apply(now.generation())))
                .recover(failure -> Future.failedFuture(typed(failure, generation)));
    }

    /** A plain command, which no generation can make wrong. */
    Future<Response> send(UserId user, Request request) {
        Live now = live.get();
        return now == null ? down() : now.servers().of(user).send(request).onFailure(this::noticed);
    }

    /**
     * Calls of one script, under {@code generation} or not at all: one write to each server, answered in the order of the
     * calls. A failure is one for all of them; those that were not answered with an error may have been done. It comes when
     * nothing of them is under way any more, so that a repetition overtakes nothing.
     */
    Future<List<Response>> batch(InboxGeneration generation, LuaScript script, List<UserCall> calls) {
        Live now = live.get();
        if (now == null) {
            return down();
        }
        if (now.generation().generation() != generation.generation()) {
            return Future.failedFuture(new GenerationChangedException(
                    generation.generation(), "now " + now.generation().generation()));
        }
        return byServer(now.servers(), script, calls).recover(failure -> {
            Throwable typed = typed(failure, generation.generation());
            if (typed instanceof GenerationChangedException) {
                refresh();
            }
            return Future.failedFuture(typed);
        });
    }

    private static Future<List<Response>> byServer(ServersLink servers, LuaScript script, List<UserCall> calls) {
        Map<ConnectionLink, List<Integer>> places = new IdentityHashMap<>();
        for (int i = 0; i < calls.size(); i++) {
            places.computeIfAbsent(servers.of(calls.get(i).user()), first -> new ArrayList<>())
                    .add(i);
        }
        Response[] answers = new Response[calls.size()];
        List<Future<Void>> writes = new ArrayList<>();
        places.forEach((connection, theirs) -> {
            List<Request> requests =
                    theirs.stream().map(place -> calls.get(place).request()).toList();
            writes.add(withScript(connection, script, () -> connection.batch(requests))
                    .map(answered -> {
                        for (int i = 0; i < answered.size(); i++) {
                            answers[theirs.get(i)] = answered.get(i);
                        }
                        return null;
                    }));
        });
        return Future.join(writes).map(done -> Arrays.asList(answers));
    }

    private static <T> Future<T> withScript(ConnectionLink connection, LuaScript script, Supplier<Future<T>> call) {
        return call.get()
                .recover(failure -> String.valueOf(failure.getMessage()).contains("NOSCRIPT")
                        ? connection.load(script).compose(loaded -> call.get())
                        : Future.failedFuture(failure));
    }

    private Throwable typed(Throwable failure, long generation) {
        noticed(failure);
        String message = String.valueOf(failure.getMessage());
        return message.contains("STALE") ? new GenerationChangedException(generation, message) : failure;
    }

    /** Whether the server says that it is no longer whose call this is; the caller repeats it, for nothing was done. */
    private void noticed(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (ELSEWHERE.matcher(message).find()) {
            context.runOnContext(go -> look(message));
        }
    }

    /** Finds out whose slots are where now; what there is serves on meanwhile. */
    private void look(String why) {
        Live before = live.get();
        if (looking || closed || before == null) {
            return;
        }
        if (settings.mode() == RedisSettings.Mode.SINGLE) {
            before.servers().end(why);
            return;
        }
        looking = true;
        LOGGER.info("looks at the cluster again: {}", why);
        connected(before.servers().connections())
                .onSuccess(next -> replace(before, next))
                .onFailure(failure -> LOGGER.warn("the cluster is not at one: {}", failure.toString()))
                // whoever is told to go elsewhere until then says so again
                .onComplete(done -> vertx.setTimer(MIN_BACKOFF_MS, later -> looking = false));
    }

    private void replace(Live before, Live next) {
        Live now = live.get();
        boolean same = now != null
                && now.servers() == before.servers()
                && now.generation().generation() <= next.generation().generation();
        if (same && !closed && begin(now, next)) {
            end(before.servers(), next.servers());
        } else {
            // it was lost meanwhile, and is being connected to already; or it knows more by now
            end(next.servers(), before.servers());
        }
    }

    private static void end(ServersLink old, ServersLink next) {
        old.connections().stream().filter(one -> !next.uses(one)).forEach(one -> one.end(UNUSED));
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
        if (!current.serverIdentity().equals(now.servers().identity())) {
            now.servers().end("the region went over to another Redis than the one of this connection");
            return down();
        }
        noted(current);
        if (live.compareAndSet(now, new Live(now.servers(), current))) {
            LOGGER.info("inbox generation is {} now", current.generation());
            return Future.succeededFuture(current);
        }
        return adopt(current);
    }

    private void noted(InboxGeneration generation) {
        lastGeneration.accumulateAndGet(generation.generation(), Math::max);
    }

    private void connect(long backoffMs) {
        if (closed) {
            return;
        }
        connected(spare)
                .onSuccess(next -> {
                    spare.stream().filter(one -> !next.servers().uses(one)).forEach(one -> one.end(UNUSED));
                    spare = List.of();
                    if (closed || !begin(null, next)) {
                        next.servers().end(UNUSED);
                    }
                })
                .onFailure(failure -> {
                    LOGGER.warn("no Redis yet: {}", failure.toString());
                    vertx.setTimer(backoffMs, later -> connect(Math.min(MAX_BACKOFF_MS, 2 * backoffMs)));
                });
    }

    private Future<Live> connected(Collection<ConnectionLink> open) {
        return ServersLink.connect(vertx, context, settings, open, attempts++)
                .compose(servers -> qualify(servers)
                        .map(generation -> new Live(servers, generation))
                        .onFailure(failure -> servers.connections().stream()
                                .filter(one -> !open.contains(one))
                                .forEach(one -> one.end(UNUSED))));
    }

    /** What connections need before they carry a script: their generation, and the scripts. */
    private Future<InboxGeneration> qualify(ServersLink servers) {
        Promise<InboxGeneration> promise = Promise.promise();
        context.runOnContext(go -> Deadline.within(
                        GENERATION_TIMEOUT_MS, generations.forServer(region, servers.identity(), clock.millis()))
                .compose(generation ->
                        Future.all(SCRIPTS.stream().map(servers::load).toList()).map(loaded -> generation))
                .onComplete(promise));
        return promise.future();
    }

    /** In place of {@code before} (null: of none), unless that has learned of a higher generation meanwhile. */
    private boolean begin(Live before, Live next) {
        noted(next.generation());
        if (!live.compareAndSet(before, next)) {
            return false;
        }
        next.servers().watch();
        LOGGER.info(
                "Redis {} is up, inbox generation {}",
                next.servers().identity(),
                next.generation().generation());
        next.servers().ended().onComplete(end -> context.runOnContext(go -> over(next.servers(), end.result())));
        if (closed) {
            next.servers().end("closed");
        }
        return true;
    }

    /** Nothing is done without all of them: the generation is one for all, and another one from here on. */
    private void over(ServersLink servers, String why) {
        Live last = live.get();
        boolean current = last != null && last.servers() == servers;
        if (!current) {
            return;
        }
        live.set(null);
        if (!closed) {
            LOGGER.warn("Redis is gone: {}", why);
            spare = servers.connections();
            connect(MIN_BACKOFF_MS);
        }
    }

    private static <T> Future<T> down() {
        return Future.failedFuture(new RedisDownException("no connection to Redis"));
    }
}
