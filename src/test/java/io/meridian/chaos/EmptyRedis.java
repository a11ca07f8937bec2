package io.meridian.chaos;

import io.meridian.testing.Cluster;

/** Redis dies and comes back with nothing: every inbox is gone. */
record EmptyRedis() implements Nemesis {
    @Override
    public void strike(Cluster cluster) {
        // Stopped before it is killed: its successor, which the launcher starts at once, must not find the old data.
        cluster.signal(cluster.redisName(), "STOP");
        cluster.deleteRedisData();
        cluster.kill(cluster.redisName());
    }

    @Override
    public void heal(Cluster cluster) {
        new KillEngine(Cluster::redisName).heal(cluster);
    }
}
