package io.meridian.chaos;

import io.meridian.testing.Cluster;
import java.time.Duration;

/** SIGSTOP for half a minute, then SIGCONT: a zombie wakes up and believes that it still owns what others took over. */
record FreezeNode(int index) implements Nemesis {
    @Override
    public void strike(Cluster cluster) {
        cluster.signal(cluster.nodeNames().get(index), "STOP");
    }

    @Override
    public void heal(Cluster cluster) {
        cluster.signal(cluster.nodeNames().get(index), "CONT");
    }

    @Override
    public Duration lasts() {
        return Duration.ofSeconds(30);
    }
}
