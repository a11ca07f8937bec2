package io.meridian.store;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.ColumnDefinition;
import com.datastax.oss.driver.api.core.cql.ColumnDefinitions;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.detach.AttachmentPoint;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.api.core.type.codec.registry.CodecRegistry;
import com.datastax.oss.driver.internal.core.cql.DefaultColumnDefinitions;
import com.datastax.oss.driver.internal.core.cql.DefaultRow;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import io.meridian.testing.Stub;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the statements that the fold's stores prepare, understood: what each {@code ?} is, and what is asked. */
final class PlayedStatement {
    private static final String TIMESTAMP = "[timestamp]";
    private static final String LIMIT = "[limit]";
    private static final Pattern INSERT =
            Pattern.compile("INSERT INTO (\\w+)\\.(\\w+) \\(([^)]*)\\) VALUES \\([^)]*\\) USING TIMESTAMP \\?");
    private static final Pattern UPDATE =
            Pattern.compile("UPDATE (\\w+)\\.(\\w+) USING TIMESTAMP \\? SET (\\w+) = \\? WHERE (.*)");
    private static final Pattern SELECT = Pattern.compile(
            "SELECT (.*) FROM (\\w+)\\.(\\w+) WHERE (.*?)(?: ORDER BY \\w+ (ASC|DESC))?(?: LIMIT (\\?|\\d+))?");
    private static final Pattern CONDITION = Pattern.compile("(\\w+) (=|<|>|<=|>=) \\?");

    private final TableShape shape;
    private final List<String> binds = new ArrayList<>();
    private final List<String> operators = new ArrayList<>();
    private List<String> selected = List.of();
    private boolean descending;
    private long fixedLimit = Long.MAX_VALUE;
    private final PreparedStatement prepared;

    private PlayedStatement(String cql, TableShape shape) {
        this.shape = shape;
        this.prepared = Stub.of(PreparedStatement.class)
                .on("getQuery", none -> cql)
                .on("boundStatementBuilder", none -> builder())
                .make();
    }

    static PlayedStatement of(String cql, String keyspace, Map<String, TableShape> shapes) {
        Matcher insert = INSERT.matcher(cql);
        Matcher update = UPDATE.matcher(cql);
        Matcher select = SELECT.matcher(cql);
        if (insert.matches()) {
            PlayedStatement statement = new PlayedStatement(cql, shapes.get(insert.group(2)));
            TableShape.names(insert.group(3)).forEach(column -> statement.bind(column, ""));
            statement.bind(TIMESTAMP, "");
            return statement;
        } else if (update.matches()) {
            PlayedStatement statement = new PlayedStatement(cql, shapes.get(update.group(2)));
            statement.bind(TIMESTAMP, "");
            statement.bind(update.group(3), "");
            statement.conditions(update.group(4));
            return statement;
        } else if (select.matches()) {
            PlayedStatement statement = new PlayedStatement(cql, shapes.get(select.group(3)));
            statement.selected = TableShape.names(select.group(1));
            statement.conditions(select.group(4));
            statement.descending = "DESC".equals(select.group(5));
            if ("?".equals(select.group(6))) {
                statement.bind(LIMIT, "");
            } else if (select.group(6) != null) {
                statement.fixedLimit = Long.parseLong(select.group(6));
            }
            return statement;
        }
        throw new AssertionError("nobody plays this statement of " + keyspace + ": " + cql);
    }

    private void bind(String what, String operator) {
        binds.add(what);
        operators.add(operator);
    }

    private void conditions(String text) {
        for (String part : text.split(" AND ")) {
            Matcher condition = CONDITION.matcher(part);
            if (!condition.matches()) {
                throw new AssertionError("nobody plays this condition: " + part);
            }
            bind(condition.group(1), condition.group(2));
        }
    }

    PreparedStatement prepared() {
        return prepared;
    }

    TableShape shape() {
        return shape;
    }

    boolean reads() {
        return !selected.isEmpty();
    }

    boolean descending() {
        return descending;
    }

    private DataType type(String bind) {
        return switch (bind) {
            case TIMESTAMP -> DataTypes.BIGINT;
            case LIMIT -> DataTypes.INT;
            default -> shape.columns().get(bind);
        };
    }

    private BoundStatementBuilder builder() {
        ByteBuffer[] unset = new ByteBuffer[binds.size()];
        Arrays.fill(unset, ProtocolConstants.UNSET_VALUE);
        return new BoundStatementBuilder(
                prepared,
                definitions(binds),
                unset,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                true,
                false,
                0,
                null,
                0,
                null,
                null,
                null,
                CodecRegistry.DEFAULT,
                ProtocolVersion.DEFAULT);
    }

    /** The columns that it names, with the values they are set to or compared with; what was left out is left out. */
    Map<String, ByteBuffer> values(BoundStatement bound) {
        Map<String, ByteBuffer> values = new HashMap<>();
        for (int i = 0; i < binds.size(); i++) {
            if (shape.columns().containsKey(binds.get(i)) && bound.isSet(i)) {
                values.put(binds.get(i), bound.getBytesUnsafe(i));
            }
        }
        return values;
    }

    long timestamp(BoundStatement bound) {
        return bound.getLong(binds.indexOf(TIMESTAMP));
    }

    long limit(BoundStatement bound) {
        int limit = binds.indexOf(LIMIT);
        return limit < 0 ? fixedLimit : bound.getInt(limit);
    }

    @SuppressWarnings("unchecked")
    boolean matches(BoundStatement bound, Map<String, CellTables.Cell> row) {
        for (int i = 0; i < binds.size(); i++) {
            String operator = operators.get(i);
            if (!operator.isEmpty()) {
                DataType type = type(binds.get(i));
                Object cell = TableShape.decode(type, row.get(binds.get(i)).value());
                int order = ((Comparable<Object>) cell).compareTo(TableShape.decode(type, bound.getBytesUnsafe(i)));
                boolean matches = switch (operator) {
                    case "=" -> order == 0;
                    case "<" -> order < 0;
                    case "<=" -> order <= 0;
                    case ">" -> order > 0;
                    default -> order >= 0;
                };
                if (!matches) {
                    return false;
                }
            }
        }
        return true;
    }

    Row row(Map<String, CellTables.Cell> cells) {
        List<ByteBuffer> values = new ArrayList<>();
        for (String column : selected) {
            CellTables.Cell cell = cells.get(column);
            values.add(cell == null ? null : cell.value().duplicate());
        }
        return new DefaultRow(definitions(selected), values);
    }

    private ColumnDefinitions definitions(List<String> names) {
        return DefaultColumnDefinitions.valueOf(names.stream()
                .<ColumnDefinition>map(name -> new Column(shape.name(), name, type(name)))
                .toList());
    }

    /** A column as the driver describes it. */
    private record Column(String table, String name, DataType type) implements ColumnDefinition {
        @Override
        public CqlIdentifier getKeyspace() {
            return CqlIdentifier.fromInternal("model");
        }

        @Override
        public CqlIdentifier getTable() {
            return CqlIdentifier.fromInternal(table);
        }

        @Override
        public CqlIdentifier getName() {
            return CqlIdentifier.fromInternal(name);
        }

        @Override
        public DataType getType() {
            return type;
        }

        @Override
        public boolean isDetached() {
            return false;
        }

        @Override
        public void attach(AttachmentPoint point) {}
    }
}
