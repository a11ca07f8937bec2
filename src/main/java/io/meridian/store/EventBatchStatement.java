package io.meridian.store;

import io.meridian.message.ConversationId;
import io.meridian.message.Json;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Writes event rows, those of one partition as one mutation. */
final class EventBatchStatement {
    /**
     * Cassandra refuses a mutation above half a commit log segment, 8 MiB where segments are smallest. Only the last command
     * of a batch goes over this, by at most its own size.
     */
    static final int MAX_BATCH_BYTES = 1 << 20;

    private final Cassandra cassandra;
    private final CqlStatement insert;

    EventBatchStatement(Cassandra cassandra) {
        this.cassandra = cassandra;
        insert = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.events (conversation_id, bucket, seq, event, meta) VALUES (?, ?, ?, ?, ?)"
                        + " USING TIMESTAMP ?");
    }

    Future<Void> write(ConversationId conversation, List<StoredEvent> events) {
        if (events.isEmpty()) {
            return Future.succeededFuture();
        }
        long bucket = Seq.bucket(events.get(0).seq());
        for (StoredEvent event : events) {
            if (Seq.bucket(event.seq()) != bucket || !event.conversationId().equals(conversation)) {
                return Future.failedFuture(new IllegalArgumentException("event " + event.seq() + " of "
                        + event.conversationId() + " is not in bucket " + bucket + " of " + conversation));
            }
        }
        // One after the other: what a crash leaves is a beginning.
        Future<Void> written = Future.succeededFuture();
        for (List<StoredEvent> part : parts(events)) {
            written = written.compose(before -> writePart(conversation, bucket, part));
        }
        return written;
    }

    private Future<Void> writePart(ConversationId conversation, long bucket, List<StoredEvent> events) {
        return insert.bindEach(events, event -> new Object[] {
                    conversation.value(), bucket, event.seq(), event.json(), Json.bytes(event.meta()), event.seq()
                })
                .compose(cassandra::batch)
                .mapEmpty();
    }

    /** Cut where one gets too large, between two commands. The fold's own batches stay below. */
    static List<List<StoredEvent>> parts(List<StoredEvent> events) {
        List<List<StoredEvent>> parts = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < events.size(); i++) {
            boolean newCommand = i > 0 && !command(events.get(i)).equals(command(events.get(i - 1)));
            if (newCommand && bytes >= MAX_BATCH_BYTES) {
                parts.add(events.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += events.get(i).json().length;
        }
        parts.add(events.subList(from, events.size()));
        return parts;
    }

    private static Object command(StoredEvent event) {
        return event.event().header().commandId();
    }
}
