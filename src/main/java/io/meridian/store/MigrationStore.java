package io.meridian.store;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.uuid.Uuids;
import io.meridian.store.Migrations.Migration;
import io.vertx.cassandra.CassandraClient;
import io.vertx.cassandra.ResultSet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies what is due of {@link Migrations}.
 *
 * <p>Tables: {@code schema_migrations ((component), version)} says what was done; {@code schema_locks (component)} holds the
 * process that is at it. The lock expires by itself, so that a process that died cannot keep it, and is renewed before every
 * statement, so that one that works does not lose it; one that finds it lost ends its start, and the next start goes on.
 */
final class MigrationStore {
    static final String COMPONENT = "store";

    private static final Logger LOG = LoggerFactory.getLogger(MigrationStore.class);
    /** Longer than a statement takes to reach every node (10 s at most), shorter than a start is waited for. */
    private static final int LOCK_SECONDS = 20;

    private static final Duration LOCK_RETRY = Duration.ofMillis(300);
    /** Two holders that died one after the other, and a whole migration. */
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(60);
    /** 6 s in all: a table is made within one, also on a busy machine. */
    private static final int TRIES = 20;
    /** A change of the schema waits for every node. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(15);

    private final Vertx vertx;
    private final StoreSettings settings;
    private final CassandraClient reader;
    private final String holder = Uuids.random().toString();

    MigrationStore(Vertx vertx, StoreSettings settings, CassandraClient reader) {
        this.vertx = vertx;
        this.settings = settings;
        this.reader = reader;
    }

    Future<Void> migrate() {
        return migrate(TRIES);
    }

    /**
     * A table that another process is making is listed a moment before it can be asked, and the question then is invalid, or
     * ends in an error of the server's own. All of it may be done again.
     */
    private Future<Void> migrate(int tries) {
        boolean last = tries <= 1;
        return once().recover(failure -> !last
                        && (failure instanceof InvalidQueryException || failure instanceof AllNodesFailedException)
                ? vertx.timer(LOCK_RETRY.toMillis(), TimeUnit.MILLISECONDS).compose(waited -> migrate(tries - 1))
                : Future.failedFuture(failure));
    }

    private Future<Void> once() {
        return version(reader).compose(version -> {
            if (version >= Migrations.latest()) {
                return Future.succeededFuture();
            }
            return SessionLink.open(vertx, settings, true)
                    .compose(session -> migrate(session).eventually(session::close));
        });
    }

    private Future<Void> migrate(CassandraClient session) {
        Future<?> patience = vertx.timer(LOCK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return run(session, Migrations.createKeyspace(settings))
                .compose(made -> run(session, Migrations.createVersions(settings.keyspace())))
                .compose(made -> run(session, Migrations.createLocks(settings.keyspace())))
                .compose(made -> underLock(session, patience));
    }

    private Future<Void> underLock(CassandraClient session, Future<?> patience) {
        return version(session).compose(version -> {
            if (version >= Migrations.latest()) {
                return Future.succeededFuture();
            }
            return lock(session).compose(mine -> {
                if (mine) {
                    return due(session).eventually(() -> unlock(session));
                }
                if (patience.isComplete()) {
                    return Future.failedFuture(new IllegalStateException("keyspace " + settings.keyspace()
                            + " was at version " + version + " of " + Migrations.latest() + " after "
                            + LOCK_PATIENCE.toSeconds() + " s: another process holds the lock; see its log"));
                }
                return vertx.timer(LOCK_RETRY.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(waited -> underLock(session, patience));
            });
        });
    }

    /** The version is read again: whoever held the lock before may have done it all. */
    private Future<Void> due(CassandraClient session) {
        return version(session)
                .compose(version -> inOrder(
                        Migrations.all(settings.keyspace()).stream()
                                .filter(migration -> migration.version() > version)
                                .iterator(),
                        migration -> apply(session, migration)));
    }

    private Future<Void> apply(CassandraClient session, Migration migration) {
        LOG.info("schema of keyspace {}: {}", settings.keyspace(), migration.name());
        return inOrder(
                        migration.statements().iterator(),
                        statement -> renew(session).compose(renewed -> run(session, statement)))
                .compose(done -> renew(session))
                .compose(renewed -> run(
                        session,
                        "INSERT INTO ${keyspace}.schema_migrations (component, version, name) VALUES (?, ?, ?)",
                        COMPONENT,
                        migration.version(),
                        migration.name()))
                .mapEmpty();
    }

    private static <T> Future<Void> inOrder(Iterator<T> steps, Function<T, Future<?>> step) {
        return steps.hasNext()
                ? step.apply(steps.next()).compose(done -> inOrder(steps, step))
                : Future.succeededFuture();
    }

    /** Unknown counts as not: it is tried again, and then finds its own name. */
    private Future<Boolean> lock(CassandraClient session) {
        return decided(run(
                        session,
                        "INSERT INTO ${keyspace}.schema_locks (component, holder) VALUES (?, ?) IF NOT EXISTS USING TTL ?",
                        COMPONENT,
                        holder,
                        LOCK_SECONDS))
                .onFailure(failure -> LOG.warn("the schema lock could not be asked for: {}", failure.getMessage()))
                .otherwise(false);
    }

    private Future<Void> renew(CassandraClient session) {
        return decided(run(
                        session,
                        "UPDATE ${keyspace}.schema_locks USING TTL ? SET holder = ? WHERE component = ? IF holder = ?",
                        LOCK_SECONDS,
                        holder,
                        COMPONENT,
                        holder))
                .compose(mine -> mine
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException("the schema lock of keyspace "
                                + settings.keyspace() + " was lost: this process stood still for too long")));
    }

    /** Best effort: it expires. */
    private Future<Void> unlock(CassandraClient session) {
        return run(session, "DELETE FROM ${keyspace}.schema_locks WHERE component = ? IF holder = ?", COMPONENT, holder)
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** A conditional write on the lock; one that was repeated by the driver finds its own name, and that counts. */
    private Future<Boolean> decided(Future<ResultSet> write) {
        return write.map(result -> {
            boolean applied = result.wasApplied();
            Row row = result.one();
            return applied
                    || row != null
                            && row.getColumnDefinitions().contains("holder")
                            && holder.equals(row.getString("holder"));
        });
    }

    /** 0 where there is no table yet; the schema is asked first, for an error would not tell a missing one from another. */
    private Future<Integer> version(CassandraClient session) {
        return run(
                        session,
                        "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?",
                        settings.keyspace(),
                        "schema_migrations")
                .compose(tables -> tables.one() == null
                        ? Future.succeededFuture(0)
                        : run(
                                        session,
                                        "SELECT version FROM ${keyspace}.schema_migrations WHERE component = ? LIMIT 1",
                                        COMPONENT)
                                .map(ResultSet::one)
                                .map(row -> row == null ? 0 : row.getInt("version")));
    }

    private Future<ResultSet> run(CassandraClient session, String cql, Object... values) {
        return session.execute(SimpleStatement.newInstance(Migrations.inKeyspace(cql, settings.keyspace()), values)
                .setTimeout(STATEMENT_TIMEOUT));
    }
}
