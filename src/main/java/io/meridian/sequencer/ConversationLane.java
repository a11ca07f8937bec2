package io.meridian.sequencer;

import io.meridian.bus.Bus;
import io.meridian.log.AssignedLog;
import io.meridian.log.CrashPoint;
import io.meridian.log.Retrying;
import io.meridian.message.Action;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.Outcome;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.message.Topics;
import io.meridian.store.IndexEntry;
import io.meridian.store.Snapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one conversation's records through the order of effects: index and bucket list → event rows → reply to sends,
 * one batch at a time; then, behind it, the {@link Announcer}'s projections → reply to the rest → {@code
 * chat.message_sent}. Every step may be done again.
 */
final class ConversationLane {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConversationLane.class);
    /** Loading reads half of this many rows on average. */
    private static final int SNAPSHOT_EVENTS = 256;

    private static final int LOAD_PAGE = 500;

    private final AssignedLog log;
    private final ConversationId conversation;
    private final SequencerStores stores;
    private final Bus bus;
    private final Retrying retrying;
    private final Replay replay;
    private final Announcer announcer;
    private ConversationState state;
    private long snapshotSeq;
    private int rowsSinceSnapshot;
    private boolean snapshotUnderWay;

    ConversationLane(AssignedLog log, ConversationId conversation, SequencerStores stores, Bus bus, Retrying retrying) {
        this.log = log;
        this.conversation = conversation;
        this.stores = stores;
        this.bus = bus;
        this.retrying = retrying;
        this.replay = new Replay(conversation, stores, bus);
        this.announcer = new Announcer(log, stores, retrying);
    }

    /** What the cache counts it as: ids, members and bans, a hundred bytes each. */
    int weight() {
        return state == null
                ? 1
                : 8
                        + state.window().recent().size()
                        + state.members().count()
                        + state.members().banned().size();
    }

    /** How many commands it took; {@code announced} is done when all their effects are durable. */
    record Taken(int commands, Future<Void> announced) {}

    /**
     * Takes the first of these commands as far as one store write reaches. Done when the next may be given, which is when
     * these are stored: what follows goes on beside it, in order.
     *
     * @return fails only when the partition is not ours any more
     */
    Future<Taken> take(List<Work> works) {
        return load().compose(loaded -> {
            List<Work> replayed = works.stream()
                    .filter(work ->
                            work.input().offset() <= state.position(work.input().log()))
                    .toList();
            if (!replayed.isEmpty()) {
                List<Input> inputs = replayed.stream().map(Work::input).toList();
                return again("replay", () -> replay.repeat(inputs))
                        .map(done -> new Taken(replayed.size(), Future.succeededFuture()));
            }
            return lookUp(works).compose(inputs -> fold(works, inputs));
        });
    }

    // ---- state

    private Future<Void> load() {
        if (state != null) {
            return Future.succeededFuture();
        }
        return again(
                "loading",
                () -> stores.events().snapshot(conversation).compose(snapshot -> {
                    ConversationState base = snapshot.map(found -> StateCodec.decode(found.state()))
                            .orElse(ConversationState.NEW);
                    return rowsAfter(base.lastSeq(), new ArrayList<>()).<Void>map(rows -> {
                        state = Sequencing.restore(base, rows);
                        snapshotSeq = base.lastSeq();
                        rowsSinceSnapshot = rows.size();
                        return null;
                    });
                }));
    }

    private Future<List<StoredEvent>> rowsAfter(long seq, List<StoredEvent> rows) {
        return stores.events().after(conversation, seq, LOAD_PAGE).compose(page -> {
            rows.addAll(page);
            return page.size() < LOAD_PAGE
                    ? Future.succeededFuture(rows)
                    : rowsAfter(page.get(page.size() - 1).seq(), rows);
        });
    }

    /** All look-ups of a batch go out together; ids leave the window only when the batch is folded. */
    private Future<List<Input>> lookUp(List<Work> works) {
        List<Future<Input>> inputs = new ArrayList<>(works.size());
        for (Work work : works) {
            Input input = work.input();
            boolean ask = state.window()
                    .needsLookup(
                            input.id(), input.atMs(), input.command().limits().dedupAgeMs());
            inputs.add(
                    ask
                            ? again(
                                    "look-up",
                                    () -> stores.events()
                                            .applied(conversation, input.id(), state.lastSeq())
                                            .map(found -> input.with(found.map(ConversationLane::applied))))
                            : Future.succeededFuture(input));
        }
        return Future.all(inputs).map(all -> all.list());
    }

    private static Applied applied(StoredEvent last) {
        return new Applied(last.seq(), last.meta().payloadHash(), last.meta().appendedAtMs());
    }

    // ---- effects

    private Future<Taken> fold(List<Work> works, List<Input> inputs) {
        Sequencing.Step step = Sequencing.step(state, inputs);
        List<StoredEvent> events = step.events();
        return deadLetters(works, step)
                .compose(set -> store(events))
                .map(stored -> {
                    state = step.next();
                    rowsSinceSnapshot += events.size();
                    snapshotWhenDue();
                    return stored;
                })
                .compose(stored -> outcomes(step))
                .compose(outcomes -> announce(step, events, outcomes));
    }

    private Future<Void> deadLetters(List<Work> works, Sequencing.Step step) {
        List<Future<Void>> set = new ArrayList<>();
        for (int i = 0; i < step.decided().size(); i++) {
            if (step.decided().get(i).decision() instanceof Decision.Failed failed) {
                Work work = works.get(i);
                set.add(again(
                        "dead letter",
                        () -> stores.deadLetters().append(Topics.COMMANDS, log, work.entry(), failed.reason())));
            }
        }
        return Future.all(set).mapEmpty();
    }

    private Future<Void> store(List<StoredEvent> events) {
        if (events.isEmpty()) {
            return Future.succeededFuture();
        }
        CrashPoint.BEFORE_INDEX.reached();
        long firstSeq = events.get(0).seq();
        boolean newBucket = state.lastSeq() == 0 || state.bucket() != Seq.bucket(firstSeq);
        Future<Void> index = again("index", () -> stores.events().index(conversation, indexEntries(events)));
        Future<Void> bucket = newBucket
                ? again("bucket list", () -> stores.events().addBucket(conversation, Seq.bucket(firstSeq), firstSeq))
                : Future.succeededFuture();
        return Future.all(index, bucket)
                .onSuccess(done -> CrashPoint.AFTER_INDEX.reached())
                .compose(done -> again("event rows", () -> stores.events().append(conversation, events)))
                .onSuccess(done -> CrashPoint.AFTER_EVENT_ROWS.reached());
    }

    /** One a record: its last event. A command that is repeated after its dedup age, in one batch even, has several. */
    private static List<IndexEntry> indexEntries(List<StoredEvent> events) {
        Map<Long, IndexEntry> entries = new LinkedHashMap<>();
        for (StoredEvent event : events) {
            entries.put(
                    event.meta().offset(),
                    new IndexEntry(
                            event.event().header().commandId(),
                            event.seq(),
                            event.meta().payloadHash(),
                            event.meta().appendedAtMs()));
        }
        return List.copyOf(entries.values());
    }

    private void snapshotWhenDue() {
        if (rowsSinceSnapshot < SNAPSHOT_EVENTS || snapshotUnderWay || state.lastSeq() == snapshotSeq) {
            return;
        }
        ConversationState taken = state;
        int rows = rowsSinceSnapshot;
        snapshotUnderWay = true;
        // nobody waits for it: without it a load reads more rows
        stores.events()
                .saveSnapshot(conversation, new Snapshot(taken.lastSeq(), StateCodec.encode(taken)))
                .onSuccess(saved -> {
                    snapshotSeq = taken.lastSeq();
                    rowsSinceSnapshot -= rows;
                })
                .onFailure(failure -> LOGGER.warn(
                        "conversation {} has no new snapshot, the next load reads more rows: {}",
                        conversation,
                        failure.toString()))
                .onComplete(ended -> snapshotUnderWay = false);
    }

    /** Sends are answered as soon as they are stored. */
    private Future<Taken> announce(Sequencing.Step step, List<StoredEvent> events, List<Outcome> outcomes) {
        var sends = new OutcomeSender(bus);
        var others = new OutcomeSender(bus);
        for (int i = 0; i < outcomes.size(); i++) {
            Input input = step.decided().get(i).input();
            (input.command().action() instanceof Action.Send ? sends : others).add(input, outcomes.get(i));
        }
        sends.send();
        CrashPoint.AFTER_REPLY.reached();
        Future<Void> announced = announcer.add(events, others);
        return announcer.room().map(room -> new Taken(step.decided().size(), announced));
    }

    private Future<List<Outcome>> outcomes(Sequencing.Step step) {
        List<Future<Outcome>> outcomes = new ArrayList<>();
        for (Sequencing.Decided decided : step.decided()) {
            outcomes.add(outcome(decided));
        }
        return Future.all(outcomes).map(all -> all.list());
    }

    private Future<Outcome> outcome(Sequencing.Decided decided) {
        Input input = decided.input();
        Decision decision = decided.decision();
        if (decision instanceof Decision.Changed changed) {
            List<StoredEvent> events = changed.events();
            return Future.succeededFuture(OutcomeSender.done(input, events.get(events.size() - 1), false));
        }
        if (decision instanceof Decision.Duplicate duplicate) {
            return again("look-up", () -> stores.events().at(conversation, duplicate.seq()))
                    .map(row -> row.map(first -> OutcomeSender.done(input, first, true))
                            .orElseGet(OutcomeSender::unavailable));
        }
        if (decision instanceof Decision.Refused refused) {
            return Future.succeededFuture(new Outcome.Rejected(refused.code(), refused.detail()));
        }
        return Future.succeededFuture(
                decision instanceof Decision.AlreadySo
                        ? OutcomeSender.alreadySo(input, state)
                        : new Outcome.Rejected(ErrorCode.INTERNAL, "this command cannot be taken"));
    }

    private <T> Future<T> again(String what, Supplier<Future<T>> step) {
        return retrying.whileOurs(log, what, step);
    }
}
