package io.meridian.sequencer;

import io.meridian.bus.Bus;
import io.meridian.message.Action;
import io.meridian.message.ConversationId;
import io.meridian.message.Outcome;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.store.IndexEntry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Records that were applied before a crash or a hand-over: never folded again. Their rows are their outcome, from
 * which projections and publication are done once more. Without a row it was refused or changed nothing, and since
 * nobody knows which, the answer is {@code unavailable}, never a final error.
 */
final class Replay {
    private final ConversationId conversation;
    private final SequencerStores stores;
    private final Bus bus;

    Replay(ConversationId conversation, SequencerStores stores, Bus bus) {
        this.conversation = conversation;
        this.stores = stores;
        this.bus = bus;
    }

    /** A replayed record with the rows that it made, or that an earlier record of the same command made. */
    private record Found(Input input, List<StoredEvent> rows, boolean own, boolean samePayload) {
        Outcome outcome() {
            return rows.isEmpty() || !samePayload
                    ? OutcomeSender.unavailable()
                    : OutcomeSender.done(input, rows.get(rows.size() - 1), !own);
        }
    }

    Future<Void> repeat(List<Input> inputs) {
        return Future.all(inputs.stream().map(input -> find(input, Seq.MAX)).toList())
                .map(all -> all.<Found>list())
                .compose(found -> {
                    List<StoredEvent> rows = found.stream()
                            .filter(Found::own)
                            .flatMap(one -> one.rows().stream())
                            .sorted(Comparator.comparingLong(StoredEvent::seq))
                            .toList();
                    reply(found, true);
                    return Announcer.project(stores, rows).compose(projected -> {
                        reply(found, false);
                        return stores.eventLog().publish(rows);
                    });
                });
    }

    /** The newest entry from this record's time or before: one made since belongs to a later repetition. */
    private Future<Found> find(Input input, long atOrBelow) {
        return stores.events()
                .find(conversation, input.command().id(), atOrBelow)
                .compose(entry -> {
                    if (entry.isEmpty()) {
                        return Future.succeededFuture(new Found(input, List.of(), false, false));
                    }
                    return entry.get().appendedAtMs() > input.atMs()
                            ? find(input, entry.get().seq() - 1)
                            : rowsOf(input, entry.get());
                });
    }

    private Future<Found> rowsOf(Input input, IndexEntry entry) {
        boolean samePayload = entry.payloadHash().equals(Sequencing.payloadHash(input.command()));
        return stores.events().at(conversation, entry.seq()).compose(last -> {
            Optional<StoredEvent> row = last.filter(found ->
                    found.event().header().commandId().equals(input.command().id()));
            if (row.isEmpty()) {
                return Future.succeededFuture(new Found(input, List.of(), false, samePayload));
            }
            boolean own = row.get().meta().offset() == input.offset()
                    && row.get().meta().log().equals(input.log());
            if (!own || input.command().action() instanceof Action.Send) {
                return Future.succeededFuture(new Found(input, List.of(row.get()), own, samePayload));
            }
            return stores.events()
                    .before(conversation, entry.seq() + 1, Rules.MAX_EVENTS)
                    .map(rows -> new Found(input, sameCommand(rows, row.get()), true, samePayload));
        });
    }

    private static List<StoredEvent> sameCommand(List<StoredEvent> rows, StoredEvent last) {
        List<StoredEvent> own = new ArrayList<>();
        for (StoredEvent row : rows) {
            if (row.meta().offset() == last.meta().offset()
                    && row.meta().log().equals(last.meta().log())) {
                own.add(row);
            }
        }
        return own;
    }

    private void reply(List<Found> found, boolean sends) {
        var sender = new OutcomeSender(bus);
        found.stream()
                .filter(one -> one.input().command().action() instanceof Action.Send == sends)
                .forEach(one -> sender.add(one.input(), one.outcome()));
        sender.send();
    }
}
