package io.meridian.chaos;

import static org.awaitility.Awaitility.await;

import io.meridian.testing.Cluster;
import java.time.Duration;
import java.util.function.Function;

/** {@code kill -9} of an engine; the launcher starts it again by itself, and has to. */
record KillEngine(Function<Cluster, String> engine) implements Nemesis {
    @Override
    public void strike(Cluster cluster) {
        cluster.kill(engine.apply(cluster));
    }

    @Override
    public void heal(Cluster cluster) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> cluster.process(engine.apply(cluster)).id().isAlive());
    }
}
