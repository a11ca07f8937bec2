package io.meridian.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The numbered changes of the schema, as they lie in {@code store/*.cql}. A file that was released is never changed: what it
 * should have been is a further one. Each keeps older code working (expand first, contract when nobody reads it any more),
 * and each statement can be repeated, for a process may die between any two.
 */
final class Migrations {
    private static final String KEYSPACE = "${keyspace}";

    /** In order; a class path cannot be listed. */
    static final List<String> FILES = List.of(
            "V001__events.cql",
            "V002__conversations.cql",
            "V003__users.cql",
            "V004__regions.cql",
            "V005__removed_devices.cql");

    private Migrations() {}

    /** One numbered change: its statements, for {@code keyspace}. */
    record Migration(int version, String name, List<String> statements) {}

    static List<Migration> all(String keyspace) {
        return FILES.stream()
                .map(file ->
                        new Migration(version(file), file, statements(inKeyspace(read("store/" + file), keyspace))))
                .toList();
    }

    static int latest() {
        return version(FILES.get(FILES.size() - 1));
    }

    /** {@code V003__users.cql} → 3. */
    static int version(String file) {
        return Integer.parseInt(file.substring(1, file.indexOf("__")));
    }

    static String inKeyspace(String cql, String keyspace) {
        return cql.replace(KEYSPACE, keyspace);
    }

    static String createKeyspace(StoreSettings settings) {
        Map<String, Integer> sorted = new TreeMap<>(settings.replication());
        String copies = sorted.entrySet().stream()
                .map(entry -> ", '" + entry.getKey() + "': " + entry.getValue())
                .collect(Collectors.joining());
        return "CREATE KEYSPACE IF NOT EXISTS " + settings.keyspace()
                + " WITH replication = {'class': 'NetworkTopologyStrategy'" + copies + "} AND durable_writes = true";
    }

    static String createVersions(String keyspace) {
        return "CREATE TABLE IF NOT EXISTS " + keyspace + ".schema_migrations (component text, version int, name text,"
                + " PRIMARY KEY ((component), version)) WITH CLUSTERING ORDER BY (version DESC)"
                + " AND id = " + id(keyspace, "schema_migrations");
    }

    static String createLocks(String keyspace) {
        return "CREATE TABLE IF NOT EXISTS " + keyspace + ".schema_locks (component text, holder text,"
                + " PRIMARY KEY ((component))) WITH id = " + id(keyspace, "schema_locks");
    }

    /** Two processes that make a table through two nodes at once, before there is a lock, then make the same table. */
    private static UUID id(String keyspace, String table) {
        return UUID.nameUUIDFromBytes((keyspace + "." + table).getBytes(StandardCharsets.UTF_8));
    }

    /** The statements of a script: each ends with {@code ;}, quotes may hold one, and {@code --} begins a comment. */
    static List<String> statements(String script) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < script.length(); i++) {
            char c = script.charAt(i);
            if (!quoted && c == '-' && script.startsWith("--", i)) {
                int end = script.indexOf('\n', i);
                i = end < 0 ? script.length() : end - 1;
            } else if (!quoted && c == ';') {
                addUnlessBlank(statements, statement);
                statement.setLength(0);
            } else {
                quoted ^= c == '\'';
                statement.append(c);
            }
        }
        addUnlessBlank(statements, statement);
        return statements;
    }

    private static void addUnlessBlank(List<String> statements, StringBuilder statement) {
        if (!statement.toString().isBlank()) {
            statements.add(statement.toString().strip());
        }
    }

    private static String read(String resource) {
        try (InputStream in = Migrations.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }
}
