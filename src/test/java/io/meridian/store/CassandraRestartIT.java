package io.meridian.store;

import static io.meridian.store.TestStore.await;
import static io.meridian.store.TestStore.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.launch.LocalEngine;
import io.meridian.message.ConversationId;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.testing.Engines;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Cassandra of its own: it is killed. */
class CassandraRestartIT {
    private static final long START = Seq.start(16);

    /** The driver tries again every second; the rest is for a machine that does other things, too. */
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void aSessionSurvivesThatCassandraIsKilledAndStartedAgain() {
        try (LocalEngine cassandra = Engines.startCassandra(directory);
                TestStore store = TestStore.withoutTables(TestStore.settings(cassandra.address(), "restarted"))) {
            await(store.cassandra.migrate());
            EventStore events = new EventStore(store.cassandra);
            ConversationId id = TestStore.conversation();
            StoredEvent before = message(id, START + 1, "before");
            await(events.addBucket(id, Seq.bucket(before.seq()), before.seq()));
            await(events.append(id, List.of(before)));
            assertThat(await(store.cassandra.healthy())).isTrue();

            List<StoredEvent> stored = new ArrayList<>(List.of(before));

            for (int round = 1; round <= 2; round++) {
                cassandra.kill();
                Future<Void> meanwhile = events.saveSnapshot(id, new Snapshot(START, new byte[1]));
                await().atMost(BOUND).until(meanwhile::failed);
                assertThat(await(store.cassandra.healthy())).isFalse();

                cassandra.start();

                await().atMost(BOUND)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> await(events.after(id, 0, 10).otherwise(List.of())), stored::equals);
                StoredEvent after = message(id, START + 1 + round, "after " + round);
                await(events.append(id, List.of(after)));
                stored.add(after);
                assertThat(await(events.after(id, 0, 10))).isEqualTo(stored);
                assertThat(await(store.cassandra.healthy())).isTrue();
            }
        }
    }

    @Test
    void openingWaitsForACassandraThatIsStillStarting() {
        try (LocalEngine cassandra = Engines.startCassandra(directory)) {
            cassandra.kill();
            Thread starting = new Thread(cassandra::start, "starting-cassandra");
            starting.start();
            try (TestStore store = TestStore.withoutTables(TestStore.settings(cassandra.address(), "waited_for"))) {
                await(store.cassandra.migrate());
                assertThat(await(store.cassandra.healthy())).isTrue();
            } finally {
                join(starting);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(90).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
