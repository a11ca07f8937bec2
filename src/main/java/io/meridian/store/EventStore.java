package io.meridian.store;

import com.datastax.oss.driver.api.core.cql.Row;
import io.meridian.message.ConversationId;
import io.meridian.message.EventCodec;
import io.meridian.message.EventMeta;
import io.meridian.message.Json;
import io.meridian.message.MessageId;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.store.BucketWalk.Found;
import io.meridian.store.BucketWalk.ReadBuckets;
import io.meridian.store.BucketWalk.ReadRows;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the fold writes and reads: events in buckets, the index by message, snapshots. Everything at LOCAL_QUORUM, every write
 * with its event's {@code seq} as timestamp, so any of them may be repeated, and late. A failed future means: try again.
 */
public final class EventStore {
    /** The most events of one call: a bucket's worth, and with frames of 64 KiB at most 64 MiB. */
    public static final int MAX_PAGE = 1 << Seq.BUCKET_BITS;

    private static final int INDEX_IN_FLIGHT = 64;

    private final CqlStatement selectSnapshot;
    private final CqlStatement insertSnapshot;
    private final CqlStatement selectAfter;
    private final CqlStatement selectBefore;
    private final CqlStatement selectAt;
    private final CqlStatement selectBuckets;
    private final CqlStatement selectBucketsAfter;
    private final CqlStatement selectBucketsBefore;
    private final CqlStatement insertBucket;
    private final CqlStatement insertIndex;
    private final CqlStatement selectIndex;
    private final EventBatchStatement insertEvents;

    public EventStore(Cassandra cassandra) {
        selectSnapshot =
                new CqlStatement(cassandra, "SELECT seq, state FROM ${keyspace}.snapshots WHERE conversation_id = ?");
        insertSnapshot = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.snapshots (conversation_id, seq, state) VALUES (?, ?, ?) USING TIMESTAMP ?");
        String select = "SELECT seq, event, meta FROM ${keyspace}.events WHERE conversation_id = ? AND bucket = ?";
        selectAfter = new CqlStatement(cassandra, select + " AND seq > ? LIMIT ?");
        selectBefore = new CqlStatement(cassandra, select + " AND seq < ? ORDER BY seq DESC LIMIT ?");
        selectAt = new CqlStatement(cassandra, select + " AND seq = ?");
        String buckets = "SELECT bucket FROM ${keyspace}.conversation_buckets WHERE conversation_id = ?";
        selectBuckets = new CqlStatement(cassandra, buckets);
        selectBucketsAfter = new CqlStatement(cassandra, buckets + " AND bucket > ? LIMIT ?");
        selectBucketsBefore = new CqlStatement(cassandra, buckets + " AND bucket < ? ORDER BY bucket DESC LIMIT ?");
        insertBucket = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.conversation_buckets (conversation_id, bucket) VALUES (?, ?)"
                        + " USING TIMESTAMP ?");
        insertIndex = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.message_index (conversation_id, message_id, seq, payload_hash, appended_at)"
                        + " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?");
        selectIndex = new CqlStatement(
                cassandra,
                "SELECT seq, payload_hash, appended_at FROM ${keyspace}.message_index"
                        + " WHERE conversation_id = ? AND message_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1");
        insertEvents = new EventBatchStatement(cassandra);
    }

    public Future<Optional<Snapshot>> snapshot(ConversationId conversation) {
        return selectSnapshot.one(
                row -> new Snapshot(row.getLong("seq"), RowCodec.bytes(row, "state")), conversation.value());
    }

    /** An older one never replaces a newer one. */
    public Future<Void> saveSnapshot(ConversationId conversation, Snapshot snapshot) {
        return insertSnapshot.write(conversation.value(), snapshot.seq(), snapshot.state(), snapshot.seq());
    }

    /**
     * The oldest {@code limit} events above {@code seq}, ascending; fewer where there are no more.
     *
     * @param limit 1 to {@link #MAX_PAGE}
     */
    public Future<List<StoredEvent>> after(ConversationId conversation, long seq, int limit) {
        return page(limit, conversation, BucketWalk.after(seq, limit), selectAfter, selectBucketsAfter);
    }

    /**
     * The newest {@code limit} events below {@code seq}, ascending; fewer where there are no more.
     *
     * @param seq from {@link Seq#MAX} on: the newest of all, one read more than from a real position
     * @param limit 1 to {@link #MAX_PAGE}
     */
    public Future<List<StoredEvent>> before(ConversationId conversation, long seq, int limit) {
        return page(limit, conversation, BucketWalk.before(seq, limit), selectBefore, selectBucketsBefore);
    }

    public Future<Optional<StoredEvent>> newestAtOrBelow(ConversationId conversation, long seq) {
        long bound = seq == Long.MAX_VALUE ? seq : seq + 1;
        return before(conversation, bound, 1).map(found -> found.stream().findFirst());
    }

    public Future<Optional<StoredEvent>> at(ConversationId conversation, long seq) {
        return selectAt.one(row -> found(row).event(), conversation.value(), Seq.bucket(seq), seq);
    }

    /** Every bucket that has or may have events, ascending: one for 1,024 positions that were used. */
    Future<List<Long>> buckets(ConversationId conversation) {
        return selectBuckets.rows(conversation.value()).map(EventStore::numbers);
    }

    /** Before the first event in a bucket; {@code seq}: that event's. */
    public Future<Void> addBucket(ConversationId conversation, long bucket, long seq) {
        return insertBucket.write(conversation.value(), bucket, seq);
    }

    /**
     * Stores events of one bucket, all or none of each command's, and none without those before it.
     *
     * @param events ascending, of one conversation and one bucket
     */
    public Future<Void> append(ConversationId conversation, List<StoredEvent> events) {
        return insertEvents.write(conversation, events);
    }

    /** Before the events themselves: an entry may name an event that never was. A message may have several. */
    public Future<Void> index(ConversationId conversation, List<IndexEntry> entries) {
        return InFlight.each(
                INDEX_IN_FLIGHT,
                entries,
                entry -> insertIndex.write(
                        conversation.value(),
                        entry.id().value(),
                        entry.seq(),
                        entry.payloadHash(),
                        entry.appendedAtMs(),
                        entry.seq()));
    }

    /**
     * The last event of the newest time that a command was applied at or below a position. Entries of the index that lead to
     * no event of the command are passed over: a crash left them, or a log that is gone.
     */
    public Future<Optional<StoredEvent>> applied(ConversationId conversation, MessageId id, long atOrBelow) {
        return find(conversation, id, atOrBelow)
                .compose(entry -> entry.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : at(conversation, entry.get().seq())
                                .compose(row -> row.isPresent()
                                                && row.get()
                                                        .event()
                                                        .header()
                                                        .commandId()
                                                        .equals(id)
                                        ? Future.succeededFuture(row)
                                        : applied(conversation, id, entry.get().seq() - 1)));
    }

    /** The newest entry of this id at or below a position. It may be debris of a crash: an event that is not there yet. */
    public Future<Optional<IndexEntry>> find(ConversationId conversation, MessageId id, long atOrBelow) {
        return selectIndex.one(
                row -> new IndexEntry(
                        id, row.getLong("seq"), row.getString("payload_hash"), row.getLong("appended_at")),
                conversation.value(),
                id.value(),
                atOrBelow);
    }

    private static Future<List<StoredEvent>> page(
            int limit,
            ConversationId conversation,
            BucketWalk<StoredEvent> walk,
            CqlStatement rows,
            CqlStatement buckets) {
        return limit < 1 || limit > MAX_PAGE
                ? Future.failedFuture(new IllegalArgumentException("limit " + limit + " is not 1 to " + MAX_PAGE))
                : walked(conversation, walk, rows, buckets);
    }

    private static Future<List<StoredEvent>> walked(
            ConversationId conversation, BucketWalk<StoredEvent> walk, CqlStatement rows, CqlStatement buckets) {
        Future<?> read;
        if (walk.next() instanceof ReadRows want) {
            read = rows.rows(conversation.value(), want.bucket(), want.from(), want.limit())
                    .map(found -> {
                        walk.rows(found.stream().map(EventStore::found).toList());
                        return null;
                    });
        } else if (walk.next() instanceof ReadBuckets want) {
            read = buckets.rows(conversation.value(), want.from(), BucketWalk.BUCKETS)
                    .map(found -> {
                        walk.buckets(numbers(found));
                        return null;
                    });
        } else {
            return Future.succeededFuture(walk.events());
        }
        return read.compose(done -> walked(conversation, walk, rows, buckets));
    }

    private static Found<StoredEvent> found(Row row) {
        byte[] json = RowCodec.bytes(row, "event");
        if (json == null) {
            return new Found<>(row.getLong("seq"), null);
        }
        try {
            EventMeta meta = Json.MAPPER.readValue(RowCodec.bytes(row, "meta"), EventMeta.class);
            return new Found<>(row.getLong("seq"), new StoredEvent(EventCodec.decode(json), meta, json));
        } catch (IOException e) {
            throw new UncheckedIOException("event " + row.getLong("seq") + " has no readable meta", e);
        }
    }

    private static List<Long> numbers(List<Row> rows) {
        List<Long> numbers = new ArrayList<>(rows.size());
        rows.forEach(row -> numbers.add(row.getLong("bucket")));
        return numbers;
    }
}
