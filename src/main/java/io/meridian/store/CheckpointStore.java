package io.meridian.store;

import io.vertx.core.Future;
import java.util.Optional;

/** How far consumers got, beside what the log itself remembers of it: the higher of the two is used. */
public final class CheckpointStore {
    private final CqlStatement select;
    private final CqlStatement insert;

    public CheckpointStore(Cassandra cassandra) {
        select = new CqlStatement(
                cassandra, "SELECT next_offset, metadata FROM ${keyspace}.checkpoints WHERE consumer = ? AND log = ?");
        insert = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.checkpoints (consumer, log, next_offset, metadata) VALUES (?, ?, ?, ?)"
                        + " USING TIMESTAMP ?");
    }

    /** {@code log}: its identity, so that a log made again under the same name begins without one. */
    public Future<Optional<Checkpoint>> load(String consumer, String log) {
        return select.one(row -> new Checkpoint(row.getLong("next_offset"), row.getString("metadata")), consumer, log);
    }

    /** The highest offset stays, whoever comes last. */
    public Future<Void> save(String consumer, String log, Checkpoint checkpoint) {
        // Plus one: offset 0 is a position, too, but a timestamp of 0 looks like none.
        return insert.write(consumer, log, checkpoint.offset(), checkpoint.metadata(), checkpoint.offset() + 1);
    }
}
