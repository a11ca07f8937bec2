package io.meridian.sequencer;

import io.meridian.bus.Bus;
import io.meridian.message.Action;
import io.meridian.message.ConversationId;
import io.meridian.message.Outcome;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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

    /** The newest time from this record's own or before: one since belongs to a later repetition. */
    private Future<Found> find(Input input, long atOrBelow) {
        return stores.events().applied(conversation, input.id(), atOrBelow).compose(last -> {
            if (last.isEmpty()) {
                return Future.succeededFuture(new Found(input, List.of(), false, false));
            }
            return last.get().meta().appendedAtMs() > input.atMs()
                    ? find(input, last.get().seq() - 1)
                    : rowsOf(input, last.get());
        });
    }

    private Future<Found> rowsOf(Input input, StoredEvent last) {
        boolean samePayload = last.meta().payloadHash().equals(Sequencing.payloadHash(input.command()));
        boolean own =
                last.meta().offset() == input.offset() && last.meta().log().equals(input.log());
        if (!own || input.command().action() instanceof Action.Send) {
            return Future.succeededFuture(new Found(input, List.of(last), own, samePayload));
        }
        return stores.events()
                .before(conversation, last.seq() + 1, Rules.MAX_EVENTS)
                .map(rows -> new Found(input, sameCommand(rows, last), true, samePayload));
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
