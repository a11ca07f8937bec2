package io.meridian.store;

import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.meridian.message.ConversationId;
import io.meridian.testing.Steps;
import io.meridian.testing.Stub;
import io.vertx.cassandra.CassandraClient;
import io.vertx.cassandra.ResultSet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tables of this project's own migrations in memory, with what Cassandra promises of them: of a cell the write with the
 * highest timestamp stays, a batch of one partition is whole, a read sees one moment. For tests that decide the order of
 * every single read and write, which no engine lets them; what an engine does with the statements is seen elsewhere.
 */
public final class CellTables {
    private static final String KEYSPACE = "model";

    private final Map<String, TableShape> shapes = TableShape.all(KEYSPACE);
    private final Map<String, PlayedStatement> statements = new HashMap<>();
    private final Map<String, Map<List<Object>, TreeMap<Clustering, Map<String, Cell>>>> tables = new TreeMap<>();

    /** A value and when it was written. */
    record Cell(long timestamp, ByteBuffer value) {
        /** As Cassandra decides: of two writes of one time the greater value. */
        Cell merge(Cell other) {
            int later = Long.compare(timestamp, other.timestamp);
            return later > 0 || later == 0 && value.compareTo(other.value) > 0 ? this : other;
        }
    }

    /** Where in its partition a row lies. */
    record Clustering(List<Object> values) implements Comparable<Clustering> {
        @Override
        @SuppressWarnings("unchecked")
        public int compareTo(Clustering other) {
            int order = 0;
            for (int i = 0; i < values.size() && order == 0; i++) {
                order = ((Comparable<Object>) values.get(i)).compareTo(other.values.get(i));
            }
            return order;
        }
    }

    /** A session of this process. */
    public Cassandra connect(Steps steps, Steps.Actor actor) {
        CassandraClient client = Stub.of(CassandraClient.class)
                .on(
                        "prepare",
                        cql -> Future.succeededFuture(statement((String) cql[0]).prepared()))
                .on("execute", request -> steps.ask(actor, () -> execute(request[0])))
                .make();
        var settings = new StoreSettings(
                List.of("127.0.0.1:9042"), "here", KEYSPACE, Map.of("here", 1), Duration.ofSeconds(1));
        return new Cassandra(Stub.of(Vertx.class).make(), settings, client);
    }

    /** Everything in a table: partition → row → column → value with its time. */
    public Map<?, ?> contents(String table) {
        return tables.getOrDefault(table, Map.of());
    }

    /** A conversation's event rows by position. */
    public Map<Long, String> events(ConversationId conversation) {
        Map<Long, String> events = new TreeMap<>();
        tables.getOrDefault("events", Map.of()).forEach((partition, rows) -> {
            if (partition.get(0).equals(conversation.value())) {
                rows.forEach((row, cells) -> events.put(
                        (Long) row.values().get(0),
                        StandardCharsets.UTF_8
                                .decode(cells.get("event").value().duplicate())
                                .toString()));
            }
        });
        return events;
    }

    private PlayedStatement statement(String cql) {
        return statements.computeIfAbsent(cql, text -> PlayedStatement.of(text, KEYSPACE, shapes));
    }

    private ResultSet execute(Object statement) {
        List<Row> rows = new ArrayList<>();
        if (statement instanceof BatchStatement batch) {
            batch.forEach(part -> write((BoundStatement) part));
        } else {
            BoundStatement bound = (BoundStatement) statement;
            if (statement(bound.getPreparedStatement().getQuery()).reads()) {
                rows.addAll(read(bound));
            } else {
                write(bound);
            }
        }
        return Stub.of(ResultSet.class)
                .on("one", none -> rows.isEmpty() ? null : rows.get(0))
                .on("all", none -> Future.succeededFuture(rows))
                .make();
    }

    private void write(BoundStatement bound) {
        PlayedStatement statement = statement(bound.getPreparedStatement().getQuery());
        TableShape shape = statement.shape();
        Map<String, ByteBuffer> values = statement.values(bound);
        Map<String, Cell> row = tables.computeIfAbsent(shape.name(), name -> new HashMap<>())
                .computeIfAbsent(shape.decode(shape.partitionKey(), values), key -> new TreeMap<>())
                .computeIfAbsent(new Clustering(shape.decode(shape.clusteringKey(), values)), key -> new TreeMap<>());
        long timestamp = statement.timestamp(bound);
        values.forEach((column, value) ->
                row.merge(column, new Cell(shape.isKey(column) ? 0 : timestamp, value), Cell::merge));
    }

    private List<Row> read(BoundStatement bound) {
        PlayedStatement statement = statement(bound.getPreparedStatement().getQuery());
        TableShape shape = statement.shape();
        var partition = tables.getOrDefault(shape.name(), Map.of())
                .getOrDefault(shape.decode(shape.partitionKey(), statement.values(bound)), new TreeMap<>());
        List<Map<String, Cell>> rows = new ArrayList<>(partition.values());
        if (statement.descending()) {
            Collections.reverse(rows);
        }
        return rows.stream()
                .filter(row -> statement.matches(bound, row))
                .limit(statement.limit(bound))
                .map(statement::row)
                .toList();
    }
}
