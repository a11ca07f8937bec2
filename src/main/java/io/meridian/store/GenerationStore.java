package io.meridian.store;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import io.meridian.message.RegionId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/**
 * The generation of each region's inboxes. It only grows; every raise is a conditional write, so that those who notice the
 * same loss at the same time raise it once.
 */
public final class GenerationStore {
    /** Each lost race means that somebody else raised it; nobody does that more than once a connection. */
    private static final int MAX_RACES = 20;

    private final CqlStatement select;
    private final CqlStatement selectSurely;
    private final CqlStatement insert;
    private final CqlStatement update;

    public GenerationStore(Cassandra cassandra) {
        select = new CqlStatement(
                cassandra,
                "SELECT generation, server_identity, incomplete_below FROM ${keyspace}.inbox_generations"
                        + " WHERE region = ?");
        selectSurely = select.at(ConsistencyLevel.LOCAL_SERIAL);
        insert = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.inbox_generations (region, generation, server_identity, incomplete_below)"
                        + " VALUES (?, ?, ?, ?) IF NOT EXISTS");
        update = new CqlStatement(
                cassandra,
                "UPDATE ${keyspace}.inbox_generations SET generation = ?, server_identity = ?, incomplete_below = ?"
                        + " WHERE region = ? IF generation = ? AND server_identity = ?");
    }

    /**
     * The generation in which the Redis of this identity serves: the stored one if it was raised for it, else a new one.
     *
     * @param serverIdentity what changes when Redis may have lost something, not empty
     * @param nowMs Unix ms; keeps generations apart even where this table was lost
     */
    public Future<InboxGeneration> forServer(RegionId region, String serverIdentity, long nowMs) {
        return raised(
                region,
                0,
                old -> old.serverIdentity().equals(serverIdentity)
                        ? old
                        : new InboxGeneration(
                                Math.max(old.generation() + 1, nowMs), serverIdentity, old.incompleteBelow()));
    }

    /** A new generation, below which every device is incomplete: entries were lost, nobody knows whose. */
    public Future<InboxGeneration> flagAllIncomplete(RegionId region, long nowMs) {
        return raised(region, 0, old -> {
            long generation = Math.max(old.generation() + 1, nowMs);
            return new InboxGeneration(generation, old.serverIdentity(), generation);
        });
    }

    public Future<Optional<InboxGeneration>> current(RegionId region) {
        return select.one(RowCodec::generation, region.value());
    }

    private Future<InboxGeneration> raised(
            RegionId region, int races, Function<InboxGeneration, InboxGeneration> raise) {
        return selectSurely.one(RowCodec::generation, region.value()).compose(stored -> {
            InboxGeneration next = raise.apply(stored.orElse(new InboxGeneration(0, "", 0)));
            if (stored.isPresent() && next.equals(stored.get())) {
                return Future.succeededFuture(next);
            }
            return put(region, stored, next).compose(won -> {
                if (won) {
                    return Future.succeededFuture(next);
                }
                return races < MAX_RACES
                        ? raised(region, races + 1, raise)
                        : Future.failedFuture(new IllegalStateException(
                                "the inbox generation of " + region + " changed " + MAX_RACES + " times meanwhile"));
            });
        });
    }

    private Future<Boolean> put(RegionId region, Optional<InboxGeneration> stored, InboxGeneration next) {
        Future<CqlStatement.Applied> write = stored.isEmpty()
                ? insert.writeIf(region.value(), next.generation(), next.serverIdentity(), next.incompleteBelow())
                : update.writeIf(
                        next.generation(),
                        next.serverIdentity(),
                        next.incompleteBelow(),
                        region.value(),
                        stored.get().generation(),
                        stored.get().serverIdentity());
        return write.map(CqlStatement.Applied::yes);
    }
}
