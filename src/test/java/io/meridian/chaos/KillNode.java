package io.meridian.chaos;

import io.meridian.testing.Cluster;

/** {@code kill -9} of a node; started again while the others work on. */
record KillNode(int index) implements Nemesis {
    @Override
    public void strike(Cluster cluster) {
        cluster.kill(cluster.nodeNames().get(index));
    }

    @Override
    public void heal(Cluster cluster) {
        cluster.restart(cluster.nodeNames().get(index));
    }
}
