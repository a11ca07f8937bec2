package io.meridian.store;

import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.api.core.type.codec.registry.CodecRegistry;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A table as its migration makes it. */
record TableShape(String name, Map<String, DataType> columns, List<String> partitionKey, List<String> clusteringKey) {
    private static final Pattern COLUMN = Pattern.compile("(\\w+) (text|bigint|blob|timestamp|boolean|int)\\b");
    private static final Map<String, DataType> TYPES = Map.of(
            "text", DataTypes.TEXT,
            "bigint", DataTypes.BIGINT,
            "blob", DataTypes.BLOB,
            "timestamp", DataTypes.TIMESTAMP,
            "boolean", DataTypes.BOOLEAN,
            "int", DataTypes.INT);

    /** By name, of all migrations. */
    static Map<String, TableShape> all(String keyspace) {
        Pattern table = Pattern.compile(
                "CREATE TABLE IF NOT EXISTS " + keyspace
                        + "\\.(\\w+) \\((.*)PRIMARY KEY \\(\\(([^)]*)\\)(?:, ([^)]*))?\\)",
                Pattern.DOTALL);
        Map<String, TableShape> shapes = new HashMap<>();
        for (Migrations.Migration migration : Migrations.all(keyspace)) {
            for (String statement : migration.statements()) {
                Matcher found = table.matcher(statement);
                if (found.find()) {
                    shapes.put(
                            found.group(1),
                            new TableShape(
                                    found.group(1),
                                    columns(found.group(2)),
                                    names(found.group(3)),
                                    found.group(4) == null ? List.of() : names(found.group(4))));
                }
            }
        }
        return shapes;
    }

    private static Map<String, DataType> columns(String text) {
        Map<String, DataType> columns = new LinkedHashMap<>();
        Matcher column = COLUMN.matcher(text);
        while (column.find()) {
            columns.put(column.group(1), TYPES.get(column.group(2)));
        }
        return columns;
    }

    static List<String> names(String text) {
        return List.of(text.strip().split("\\s*,\\s*"));
    }

    boolean isKey(String column) {
        return partitionKey.contains(column) || clusteringKey.contains(column);
    }

    List<Object> decode(List<String> names, Map<String, ByteBuffer> values) {
        return names.stream()
                .map(name -> decode(columns.get(name), values.get(name)))
                .toList();
    }

    static Object decode(DataType type, ByteBuffer value) {
        return CodecRegistry.DEFAULT.codecFor(type).decode(value, ProtocolVersion.DEFAULT);
    }
}
