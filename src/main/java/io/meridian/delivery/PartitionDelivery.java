package io.meridian.delivery;

import io.meridian.log.AssignedLog;
import io.meridian.log.CrashPoint;
import io.meridian.log.LogEntry;
import io.meridian.store.InboxGeneration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition from one opening to the next: its batches one after the other, each until it is done. What waits
 * meanwhile is taken together, so that a slow batch is followed by few large calls. Once superseded (revoked, or its
 * generation is over) it completes nothing any more. On one Vert.x context.
 */
final class PartitionDelivery {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionDelivery.class);
    /** What is taken together: as much as the log hands over before it waits. */
    private static final int RECORDS_PER_TURN = 1_000;

    private static final long MIN_BACKOFF_MS = 100;
    private static final long MAX_BACKOFF_MS = 2_000;
    /** A line a partition and 20 s of an outage, and at most one a second: a batch is many writes. */
    private static final int ATTEMPTS_PER_LINE = 10;

    private static final long LINE_AGAIN_MS = 1_000;

    /** What all partitions of a verticle share. */
    record Shared(
            Vertx vertx,
            RedisLink link,
            RecipientStore recipients,
            AppendSender appends,
            HintSender hints,
            EventFeed feed,
            UnreadableEvents unreadable,
            DeliverySettings settings,
            InstantSource clock) {}

    private final Shared shared;
    private final AssignedLog log;
    private final InboxGeneration generation;
    private final long start;
    private final ReplayPositions positions;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean superseded;
    private long lastLineMs;

    private record Waiting(List<LogEntry> batch, Promise<Void> done) {}

    PartitionDelivery(Shared shared, AssignedLog log, InboxGeneration generation, StartDecision start) {
        this.shared = shared;
        this.log = log;
        this.generation = generation;
        this.start = start.offset();
        this.positions = new ReplayPositions(
                shared.settings().replayMargin(),
                start.offset(),
                start.back(),
                shared.clock().millis());
    }

    InboxGeneration generation() {
        return generation;
    }

    /** Whether what this partition does still counts. */
    boolean current() {
        return !superseded && log.ours();
    }

    /** Goes back and appends again if the generation it works under is over. */
    void checkGeneration() {
        if (current() && shared.link().lastGeneration() != generation.generation()) {
            LOGGER.warn(
                    "{} goes back: its generation {} is over, the region's is {}",
                    log.log(),
                    generation.generation(),
                    shared.link().lastGeneration());
            superseded = true;
            log.reopen();
        }
    }

    void close() {
        superseded = true;
    }

    /** Whether an offset says more than the one that this began with. */
    boolean advanced(long offset) {
        return offset > start;
    }

    /** What to commit with {@code offset}. */
    DeliveryPosition position(long offset) {
        return new DeliveryPosition(log.log(), generation.generation(), Math.min(positions.back(), offset));
    }

    /**
     * Done when every event of the batch is in every inbox, or set aside because nobody can read it. Fails where only newer code
     * can read on: what comes before that is delivered first.
     */
    Future<Void> process(List<LogEntry> batch) {
        Promise<Void> done = Promise.promise();
        waiting.addLast(new Waiting(batch, done));
        next();
        return done.future();
    }

    private void next() {
        if (busy || superseded || waiting.isEmpty()) {
            return;
        }
        busy = true;
        List<Waiting> turn = new ArrayList<>();
        List<LogEntry> entries = new ArrayList<>();
        while (!waiting.isEmpty()
                && (turn.isEmpty()
                        || entries.size() + waiting.getFirst().batch().size() <= RECORDS_PER_TURN)) {
            Waiting one = waiting.removeFirst();
            turn.add(one);
            entries.addAll(one.batch());
        }
        deliver(entries).onComplete(result -> {
            busy = false;
            if (result.succeeded() && !entries.isEmpty()) {
                positions.finished(
                        entries.get(entries.size() - 1).offset() + 1,
                        shared.clock().millis());
            }
            // what lies behind a batch that cannot be delivered must not overtake it
            superseded |= result.failed();
            turn.forEach(one -> one.done().handle(result));
            next();
        });
    }

    private Future<Void> deliver(List<LogEntry> entries) {
        ReadBatch batch = ReadBatch.of(entries);
        return setAside(batch.unreadable())
                .compose(done -> append(batch.events()))
                .compose(done ->
                        batch.newer().<Future<Void>>map(Future::failedFuture).orElseGet(Future::succeededFuture));
    }

    private Future<Void> append(List<SentEvent> events) {
        return untilDone("recipients", () -> shared.recipients().resolve(events), 0)
                .map(FanoutPlan::of)
                .compose(plan -> shared.appends().append(plan.inboxes(), this).map(reached -> {
                    CrashPoint.DELIVERY_AFTER_APPEND.reached();
                    tell(plan, reached, events);
                    return null;
                }));
    }

    /** Hints only: what goes wrong here, gateways find out by themselves, and the partition goes on. */
    private void tell(FanoutPlan plan, List<AppendSender.Appended> reached, List<SentEvent> events) {
        try {
            shared.hints().hint(log.partition(), reached);
            shared.hints().announce(plan.heads());
            shared.feed().tell(events);
        } catch (RuntimeException e) {
            LOGGER.error("{} could not tell of what it has appended", log.log(), e);
        }
    }

    /**
     * What nobody can read must not keep what follows from its readers; but it is in no inbox, so none is whole any more. That
     * raises the generation: with it this partition goes back, and passes what is settled by then.
     */
    private Future<Void> setAside(List<ReadBatch.Unreadable> unreadable) {
        List<ReadBatch.Unreadable> unsettled = unreadable.stream()
                .filter(one -> !shared.unreadable().isSettled(log, one.entry()))
                .toList();
        if (unsettled.isEmpty()) {
            return Future.succeededFuture();
        }
        return untilDone("unreadable events", () -> shared.unreadable().settle(log, unsettled), 0)
                .compose(settled -> {
                    checkGeneration();
                    return current()
                            ? Future.succeededFuture()
                            : Promise.<Void>promise().future();
                });
    }

    private <T> Future<T> untilDone(String what, Supplier<Future<T>> attempt, int attempts) {
        return attempt.get()
                .recover(failure ->
                        pause(attempts, what, failure).compose(again -> untilDone(what, attempt, attempts + 1)));
    }

    /** Done when it is time to try again; never, once this partition is superseded. */
    Future<Void> pause(int attempt, String what, Throwable failure) {
        checkGeneration();
        if (!current()) {
            return Promise.<Void>promise().future();
        }
        long now = shared.clock().millis();
        if (attempt % ATTEMPTS_PER_LINE == 0 && now - lastLineMs >= LINE_AGAIN_MS) {
            lastLineMs = now;
            LOGGER.warn("{} waits, {} failed {} times: {}", log.log(), what, attempt + 1, failure.toString());
        }
        return shared.vertx()
                .timer(backoffMs(attempt, log.partition()))
                .compose(late -> current()
                        ? Future.succeededFuture()
                        : Promise.<Void>promise().future());
    }

    /** Doubles up to its bound; spread by a fifth either way over the partitions, so that they don't come as one. */
    static long backoffMs(int attempt, int partition) {
        long backoff = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS << Math.min(attempt, 10));
        return backoff * (80 + Math.floorMod(partition * 17, 41)) / 100;
    }
}
