package io.meridian.store;

import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.vertx.cassandra.CassandraClient;
import io.vertx.cassandra.ResultSet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The process's one session with Cassandra. It survives the loss of every node: calls fail meanwhile, and work again about a
 * second after a node does.
 */
public final class Cassandra {
    private final Vertx vertx;
    private final StoreSettings settings;
    private final CassandraClient client;
    /** Values, not futures: a shared future would complete on the context of whoever asked first. Bounded by our statements. */
    private final Map<String, PreparedStatement> prepared = new ConcurrentHashMap<>();

    Cassandra(Vertx vertx, StoreSettings settings, CassandraClient client) {
        this.vertx = vertx;
        this.settings = settings;
        this.client = client;
    }

    /** Connects, waiting for Cassandra for a minute; then fails with a message that says what was tried. */
    public static Future<Cassandra> open(Vertx vertx, StoreSettings settings) {
        return SessionLink.open(vertx, settings, false).map(client -> new Cassandra(vertx, settings, client));
    }

    /**
     * Makes the keyspace and brings its tables to this code's version; returns at once where they are. Several processes may
     * call it at the same time: one works, the others wait for it.
     */
    public Future<Void> migrate() {
        return new MigrationStore(vertx, settings, client).migrate();
    }

    public Future<Void> close() {
        return client.close();
    }

    /** Whether a read of our own tables is answered as the fold needs it, at LOCAL_QUORUM. Never fails. */
    public Future<Boolean> healthy() {
        return new CqlStatement(this, "SELECT version FROM ${keyspace}.schema_migrations WHERE component = ? LIMIT 1")
                .one(MigrationStore.COMPONENT)
                .map(row -> true)
                .otherwise(false);
    }

    String named(String cql) {
        return Migrations.inKeyspace(cql, settings.keyspace());
    }

    Future<PreparedStatement> prepare(String cql) {
        PreparedStatement known = prepared.get(cql);
        return known != null
                ? Future.succeededFuture(known)
                : client.prepare(cql).onSuccess(fresh -> prepared.put(cql, fresh));
    }

    /**
     * Statements on one partition key, also of several tables: one mutation, whole in the commit log or not there. So
     * unlogged, and Cassandra's bound on batches over several partitions does not concern it.
     */
    Future<ResultSet> batch(List<BoundStatement> onePartition) {
        return client.execute(
                onePartition.size() == 1
                        ? onePartition.get(0)
                        : BatchStatement.newInstance(
                                DefaultBatchType.UNLOGGED, List.<BatchableStatement<?>>copyOf(onePartition)));
    }

    Future<ResultSet> execute(Statement<?> statement) {
        return client.execute(statement);
    }
}
