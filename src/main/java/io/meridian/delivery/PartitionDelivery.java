package io.meridian.delivery;

import io.meridian.log.AssignedLog;
import io.meridian.log.CrashPoint;
import io.meridian.log.DeadLetterLog;
import io.meridian.log.LogEntry;
import io.meridian.message.Topics;
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
    /** A line a partition and 20 s of an outage. */
    private static final int ATTEMPTS_PER_LINE = 10;

    /** What all partitions of a verticle share. */
    record Shared(
            Vertx vertx,
            RedisLink link,
            RecipientStore recipients,
            AppendSender appends,
            HintSender hints,
            EventFeed feed,
            Supplier<DeadLetterLog> deadLetters,
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

    /** Done when every event of the batch is in every inbox, or set aside because nobody can read it. */
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
        List<SentEvent> events = new ArrayList<>(entries.size());
        List<Future<Void>> setAside = new ArrayList<>();
        for (LogEntry entry : entries) {
            try {
                events.add(SentEvent.decode(entry));
            } catch (IllegalArgumentException e) {
                setAside.add(setAside(entry, e));
            }
        }
        return Future.all(setAside)
                .compose(done ->
                        untilDone("recipients", () -> shared.recipients().resolve(events), 0))
                .map(FanoutPlan::of)
                .compose(plan -> shared.appends().append(plan.inboxes(), this).map(reached -> {
                    CrashPoint.DELIVERY_AFTER_APPEND.reached();
                    shared.hints().hint(log.partition(), reached);
                    shared.hints().announce(plan.heads());
                    shared.feed().tell(events);
                    return null;
                }));
    }

    /** What nobody can read must not keep what follows from its readers. */
    private Future<Void> setAside(LogEntry entry, IllegalArgumentException why) {
        LOGGER.error("{} offset {} goes to {}: {}", log.log(), entry.offset(), Topics.DEAD_LETTERS, why.getMessage());
        return untilDone(
                "dead letter",
                () -> shared.deadLetters().get().append(Topics.MESSAGE_SENT, log, entry, why.getMessage()),
                0);
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
        if (attempt % ATTEMPTS_PER_LINE == 0) {
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
