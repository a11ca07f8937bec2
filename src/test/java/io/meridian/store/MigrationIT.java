package io.meridian.store;

import static io.meridian.store.TestStore.await;
import static io.meridian.store.TestStore.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.meridian.testing.Engines;
import io.vertx.cassandra.ResultSet;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MigrationIT {
    private final String keyspace = unique("mig_");

    @Test
    void severalProcessesAtOnceMigrateOnce() {
        List<TestStore> processes = IntStream.range(0, 3)
                .mapToObj(i -> TestStore.withoutTables(settings()))
                .toList();
        try {
            assertThat(await(processes.get(0).cassandra.healthy())).isFalse();

            Future.all(processes.stream()
                            .map(process -> process.cassandra.migrate())
                            .toList())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();

            TestStore one = processes.get(0);
            assertThat(versions(one))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, Migrations.latest())
                            .boxed()
                            .toList());
            assertThat(rows(one, "SELECT * FROM " + keyspace + ".schema_locks")).isEmpty();
            assertThat(await(one.cassandra.healthy())).isTrue();
            await(one.cassandra.migrate());
        } finally {
            processes.forEach(TestStore::close);
        }
    }

    @Test
    void whatIsMissingIsDoneWhenTheLockOfADeadProcessHasExpired() {
        try (TestStore store = TestStore.withoutTables(settings())) {
            await(store.cassandra.migrate());
            // As a process leaves it that died in the migration that makes this table; those behind it were never
            // begun.
            int died = versionThatMakes("checkpoints");
            rows(
                    store,
                    "DELETE FROM " + keyspace + ".schema_migrations WHERE component = 'store' AND version >= " + died);
            rows(store, "DROP TABLE " + keyspace + ".checkpoints");
            rows(
                    store,
                    "INSERT INTO " + keyspace + ".schema_locks (component, holder) VALUES ('store', 'the dead')"
                            + " IF NOT EXISTS USING TTL 3");

            await(store.cassandra.migrate());

            assertThat(versions(store))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, Migrations.latest())
                            .boxed()
                            .toList());
            assertThat(rows(store, "SELECT * FROM " + keyspace + ".checkpoints"))
                    .isEmpty();
        }
    }

    @Test
    void newerTablesAreLeftAlone() {
        try (TestStore store = TestStore.withoutTables(settings())) {
            await(store.cassandra.migrate());
            rows(store, "INSERT INTO " + keyspace + ".schema_migrations (component, version) VALUES ('store', 999)");
            rows(store, "DROP TABLE " + keyspace + ".checkpoints");

            await(store.cassandra.migrate());

            assertThat(rows(
                            store,
                            "SELECT table_name FROM system_schema.tables WHERE keyspace_name = '" + keyspace
                                    + "' AND table_name = 'checkpoints'"))
                    .isEmpty();
        }
    }

    private StoreSettings settings() {
        return TestStore.settings(Engines.cassandra().contactPoint(), keyspace);
    }

    private int versionThatMakes(String table) {
        return Migrations.all(keyspace).stream()
                .filter(migration -> migration.statements().stream()
                        .anyMatch(statement ->
                                statement.contains("CREATE TABLE IF NOT EXISTS " + keyspace + "." + table)))
                .mapToInt(Migrations.Migration::version)
                .findFirst()
                .orElseThrow();
    }

    private List<Integer> versions(TestStore store) {
        return rows(store, "SELECT version FROM " + keyspace + ".schema_migrations").stream()
                .map(row -> row.getInt("version"))
                .sorted()
                .toList();
    }

    private static List<Row> rows(TestStore store, String cql) {
        return await(store.cassandra
                .execute(SimpleStatement.newInstance(cql).setTimeout(Duration.ofSeconds(15)))
                .compose(ResultSet::all));
    }
}
