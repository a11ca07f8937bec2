package io.meridian.chaos;

import static org.awaitility.Awaitility.await;

import io.meridian.testing.Cluster;
import java.time.Duration;

/** An orderly stop of a node, as in a rolling update; started again later. */
record StopNode(int index) implements Nemesis {
    @Override
    public void strike(Cluster cluster) {
        String name = cluster.nodeNames().get(index);
        var process = cluster.process(name).id();
        cluster.signal(name, "TERM");
        await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive());
    }

    @Override
    public void heal(Cluster cluster) {
        cluster.restart(cluster.nodeNames().get(index));
    }
}
