package io.meridian.receipt;

import io.meridian.bus.ReadMoved;
import io.meridian.bus.ReadResult;
import io.meridian.bus.ReadUpTo;
import io.meridian.message.ErrorCode;
import io.meridian.message.StoredEvent;
import io.meridian.store.ConversationHead;
import io.meridian.store.ConversationStore;
import io.meridian.store.EventStore;
import io.meridian.store.Interval;
import io.meridian.store.ReadCursor;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Moves cursors in the store, and says so when one has moved. */
final class ReadCursors {
    private final ConversationStore conversations;
    private final EventStore events;
    private final InstantSource clock;
    private final Consumer<ReadMoved> moved;

    ReadCursors(ConversationStore conversations, EventStore events, InstantSource clock, Consumer<ReadMoved> moved) {
        this.conversations = conversations;
        this.events = events;
        this.clock = clock;
        this.moved = moved;
    }

    /** A failure means that the store is out: ask again. */
    Future<ReadResult> read(ReadUpTo read) {
        Future<Optional<ConversationHead>> head = conversations.head(read.conversationId());
        Future<List<Interval>> intervals = conversations.intervals(read.conversationId(), read.userId());
        Future<Optional<StoredEvent>> at = events.newestAtOrBelow(read.conversationId(), read.seq());
        Future<Optional<ReadCursor>> cursor = conversations.cursor(read.userId(), read.conversationId());
        return Future.all(head, intervals, at, cursor).compose(found -> {
            if (head.result().isEmpty()) {
                return Future.succeededFuture(new ReadResult(ErrorCode.NOT_FOUND, "no such conversation"));
            }
            boolean exists =
                    at.result().filter(event -> event.seq() == read.seq()).isPresent();
            return ReadRule.refusal(head.result().get(), intervals.result(), read.seq(), exists)
                    .map(Future::succeededFuture)
                    .orElseGet(() -> move(read, at.result(), cursor.result()));
        });
    }

    private Future<ReadResult> move(ReadUpTo read, Optional<StoredEvent> at, Optional<ReadCursor> before) {
        boolean further = at.isPresent()
                && before.map(cursor -> cursor.seq() < read.seq()).orElse(true);
        if (!further) {
            return Future.succeededFuture(ReadResult.STORED);
        }
        long ordinal = at.get().event().header().ordinal();
        return conversations
                .moveCursor(read.userId(), read.conversationId(), read.seq(), ordinal)
                .map(done -> {
                    moved.accept(new ReadMoved(read.userId(), read.conversationId(), read.seq(), clock.millis()));
                    return ReadResult.STORED;
                });
    }
}
