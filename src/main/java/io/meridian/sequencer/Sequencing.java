package io.meridian.sequencer;

import io.meridian.message.Command;
import io.meridian.message.ErrorCode;
import io.meridian.message.Ids;
import io.meridian.message.Json;
import io.meridian.message.Ownership;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fold over a partition of commands: state and record in, events out. No clock, no cache with a time to live, no
 * configuration, so that two sequencers that overlap write the same rows.
 */
final class Sequencing {
    /** Bounds a store write: with the largest frames 64 rows stay below 4 MiB. */
    static final int MAX_BATCH_EVENTS = 64;

    private static final long MAX_BATCH_BYTES = 1 << 20;

    private Sequencing() {}

    /** A command and what became of it. */
    record Decided(Input input, Decision decision) {}

    /** {@code decided} are the first commands of the batch; the rest waits for the next step. */
    record Step(ConversationState next, List<Decided> decided) {
        List<StoredEvent> events() {
            return decided.stream()
                    .filter(one -> one.decision() instanceof Decision.Changed)
                    .flatMap(one -> ((Decision.Changed) one.decision()).events().stream())
                    .toList();
        }
    }

    /** Folds as much of the batch as one store write may hold: one bucket, bounded rows and bytes, at least one command. */
    static Step step(ConversationState state, List<Input> batch) {
        return step(state, batch, DedupWindow.SIZE);
    }

    /** The size of the window decides who answers, window or index, and never what: any two sizes lead to the same. */
    static Step step(ConversationState state, List<Input> batch, int windowSize) {
        var draft = new Draft(state);
        List<Decided> decided = new ArrayList<>();
        long bucket = -1;
        long bytes = 0;
        int events = 0;
        for (Input input : batch) {
            Decision decision = safely(draft, input);
            if (decision instanceof Decision.Changed changed) {
                long itsBucket = Seq.bucket(changed.events().get(0).seq());
                if (bucket != -1
                        && (itsBucket != bucket
                                || events + changed.events().size() > MAX_BATCH_EVENTS
                                || bytes > MAX_BATCH_BYTES)) {
                    break;
                }
                bucket = itsBucket;
                for (StoredEvent event : changed.events()) {
                    draft.apply(event);
                    bytes += event.json().length;
                    events++;
                }
            }
            draft.passed(input.log(), input.offset());
            decided.add(new Decided(input, decision));
        }
        return new Step(draft.finish(windowSize), decided);
    }

    /**
     * State as the store has it: a snapshot, and the rows after it.
     *
     * @throws IllegalStateException one of the rows is missing: whoever read them read a bucket before another sequencer
     *     had filled it and the next one after; read again
     */
    static ConversationState restore(ConversationState snapshot, List<StoredEvent> rows) {
        return restore(snapshot, rows, DedupWindow.SIZE);
    }

    static ConversationState restore(ConversationState snapshot, List<StoredEvent> rows, int windowSize) {
        var draft = new Draft(snapshot);
        for (StoredEvent row : rows) {
            if (row.event().header().prevSeq() > draft.lastSeq()) {
                throw new IllegalStateException("event " + row.seq() + " follows "
                        + row.event().header().prevSeq() + ", and that was not read; " + draft.lastSeq() + " was");
            }
            draft.apply(row);
        }
        return draft.finish(windowSize);
    }

    /** An exception of the fold's own is this command's end, not the partition's. */
    private static Decision safely(Draft draft, Input input) {
        try {
            return decide(draft, input);
        } catch (RuntimeException e) {
            return new Decision.Failed("the fold failed: " + e);
        }
    }

    private static Decision decide(Draft draft, Input input) {
        Optional<Ownership> ownership = input.ownership();
        if (ownership.isEmpty()) {
            throw new IllegalStateException("ownership unknown");
        }
        if (Seq.epoch(draft.lastSeq()) > ownership.get().epoch()) {
            return new Decision.Refused(ErrorCode.UNAVAILABLE, "a later owner has ordered this conversation");
        }
        Optional<Decision> repeated = repeated(draft, input);
        return repeated.orElseGet(() -> Rules.decide(draft, input, payloadHash(input.command())));
    }

    /**
     * Seen before within the dedup age? An entry of the index counts only if the conversation had got there before
     * this record; else it is what a crash left of this very one.
     */
    private static Optional<Decision> repeated(Draft draft, Input input) {
        Applied applied = draft.recent().get(input.id());
        if (applied == null) {
            applied = input.indexed()
                    .filter(found -> found.seq() <= draft.lastSeq())
                    .orElse(null);
        }
        boolean counts = applied != null
                && input.atMs() - applied.appendedAtMs()
                        <= input.command().limits().dedupAgeMs();
        if (!counts) {
            return Optional.empty();
        }
        return Optional.of(
                applied.payloadHash().equals(payloadHash(input.command()))
                        ? new Decision.Duplicate(applied.seq())
                        : new Decision.Refused(ErrorCode.CONFLICT, "this clientMessageId was used for something else"));
    }

    static String payloadHash(Command command) {
        return Ids.payload(Json.bytes(command.action()));
    }
}
