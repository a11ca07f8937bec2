package io.meridian.store;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.vertx.cassandra.ResultSet;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One CQL statement with {@code ?} for its values, prepared when it is first used. Unless told otherwise it reads and writes at
 * LOCAL_QUORUM, conditions are decided at LOCAL_SERIAL, and it is idempotent.
 */
final class CqlStatement {
    private final Cassandra cassandra;
    private final String cql;
    private final ConsistencyLevel consistency;
    private final ConsistencyLevel serialConsistency;

    /** {@code cql}: {@code ${keyspace}} stands for the keyspace. */
    CqlStatement(Cassandra cassandra, String cql) {
        this(cassandra, cassandra.named(cql), null, null);
    }

    private CqlStatement(
            Cassandra cassandra, String cql, ConsistencyLevel consistency, ConsistencyLevel serialConsistency) {
        this.cassandra = cassandra;
        this.cql = cql;
        this.consistency = consistency;
        this.serialConsistency = serialConsistency;
    }

    /** The same statement, read at another level. */
    CqlStatement at(ConsistencyLevel level) {
        return new CqlStatement(cassandra, cql, level, serialConsistency);
    }

    /** The same statement, its condition decided at another level. */
    CqlStatement decidedAt(ConsistencyLevel level) {
        return new CqlStatement(cassandra, cql, consistency, level);
    }

    Future<Void> write(Object... values) {
        return execute(values).mapEmpty();
    }

    /** A conditional write. */
    Future<Applied> writeIf(Object... values) {
        return execute(values).map(result -> new Applied(result.wasApplied(), Optional.ofNullable(result.one())));
    }

    Future<Optional<Row>> one(Object... values) {
        return execute(values).map(result -> Optional.ofNullable(result.one()));
    }

    /** The row, if there is one and it is whole: {@code shape} answers null for one of which only debris is left. */
    <T> Future<Optional<T>> one(Function<Row, T> shape, Object... values) {
        return one(values).map(row -> row.map(shape));
    }

    /** Every row; the statement itself has a limit, or its partition is known to stay small. */
    Future<List<Row>> rows(Object... values) {
        return execute(values).compose(ResultSet::all);
    }

    Future<BoundStatement> bind(Object... values) {
        return cassandra.prepare(cql).map(prepared -> bound(prepared, values));
    }

    /** One a row, for a batch. */
    <T> Future<List<BoundStatement>> bindEach(List<T> rows, Function<T, Object[]> values) {
        return cassandra
                .prepare(cql)
                .map(prepared -> rows.stream()
                        .map(row -> bound(prepared, values.apply(row)))
                        .toList());
    }

    private Future<ResultSet> execute(Object... values) {
        return bind(values).compose(cassandra::execute);
    }

    private BoundStatement bound(PreparedStatement prepared, Object... values) {
        BoundStatementBuilder bound = prepared.boundStatementBuilder();
        for (int i = 0; i < values.length; i++) {
            bound = set(bound, i, values[i]);
        }
        if (consistency != null) {
            bound = bound.setConsistencyLevel(consistency);
        }
        if (serialConsistency != null) {
            bound = bound.setSerialConsistencyLevel(serialConsistency);
        }
        return bound.build();
    }

    /** {@code null} stays unset: a bound null would be a tombstone that outlives the value it was never meant to delete. */
    private static BoundStatementBuilder set(BoundStatementBuilder bound, int index, Object value) {
        if (value instanceof String text) {
            return bound.setString(index, text);
        }
        if (value instanceof Long number) {
            return bound.setLong(index, number);
        }
        if (value instanceof byte[] bytes) {
            return bound.setByteBuffer(index, ByteBuffer.wrap(bytes));
        }
        if (value instanceof Integer number) {
            return bound.setInt(index, number);
        }
        if (value instanceof Boolean truth) {
            return bound.setBoolean(index, truth);
        }
        if (value instanceof Instant time) {
            return bound.setInstant(index, time);
        }
        if (value == null) {
            return bound;
        }
        throw new IllegalArgumentException("no column holds a " + value.getClass());
    }

    /**
     * What became of a conditional write.
     *
     * @param row where it was not applied: the values it was compared with
     */
    record Applied(boolean yes, Optional<Row> row) {}
}
