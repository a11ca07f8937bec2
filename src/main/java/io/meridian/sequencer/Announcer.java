package io.meridian.sequencer;

import io.meridian.log.AssignedLog;
import io.meridian.log.CrashPoint;
import io.meridian.log.Retrying;
import io.meridian.message.StoredEvent;
import io.meridian.store.Projection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * What follows when a conversation's events are stored: projections → reply to those who wait for them → {@code
 * chat.message_sent}. In order; while one round is under way the next gather and go together, so that a busy
 * conversation's head is written once for many messages.
 */
final class Announcer {
    /** Events that may gather: four store writes. Then the lane waits, so that nothing piles up behind a slow engine. */
    private static final int MAX_GATHERED = 256;

    private final AssignedLog log;
    private final SequencerStores stores;
    private final Retrying retrying;
    private Round next = new Round();
    private boolean underWay;
    private Promise<Void> room;

    Announcer(AssignedLog log, SequencerStores stores, Retrying retrying) {
        this.log = log;
        this.stores = stores;
        this.retrying = retrying;
    }

    /** What goes together. */
    private static final class Round {
        final List<StoredEvent> events = new ArrayList<>();
        final List<OutcomeSender> replies = new ArrayList<>();
        final Promise<Void> done = Promise.promise();
    }

    /**
     * @param replies sent when the projections are made: whoever made or changed a conversation reads it next
     * @return done when everything is durable; fails only when the partition is not ours any more
     */
    Future<Void> add(List<StoredEvent> events, OutcomeSender replies) {
        next.events.addAll(events);
        next.replies.add(replies);
        Future<Void> done = next.done.future();
        if (!underWay) {
            begin();
        }
        return done;
    }

    /** Done when more may be added. */
    Future<Void> room() {
        if (next.events.size() < MAX_GATHERED) {
            return Future.succeededFuture();
        }
        room = room == null ? Promise.promise() : room;
        return room.future();
    }

    private void begin() {
        Round round = next;
        next = new Round();
        underWay = true;
        if (room != null) {
            room.complete();
            room = null;
        }
        announce(round).onComplete(announced -> {
            underWay = false;
            if (!next.replies.isEmpty()) {
                begin();
            }
            if (announced.succeeded()) {
                round.done.complete();
            } else {
                round.done.fail(announced.cause());
            }
        });
    }

    private Future<Void> announce(Round round) {
        return retrying.whileOurs(log, "projections", () -> project(stores, round.events))
                .compose(projected -> {
                    CrashPoint.AFTER_PROJECTIONS.reached();
                    round.replies.forEach(OutcomeSender::send);
                    return retrying.whileOurs(
                            log, "publication", () -> stores.eventLog().publish(round.events));
                })
                .onSuccess(published -> CrashPoint.AFTER_PUBLISH.reached());
    }

    /** Everything that these rows mean for the tables that people's requests read; may be done again. */
    static Future<Void> project(SequencerStores stores, List<StoredEvent> rows) {
        Future<Void> done = Future.succeededFuture();
        for (List<Projection> wave : Projections.waves(rows)) {
            done = done.compose(before -> stores.projections().apply(wave));
        }
        return done;
    }
}
