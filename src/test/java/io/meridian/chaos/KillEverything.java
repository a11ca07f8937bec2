package io.meridian.chaos;

import io.meridian.testing.Cluster;
import java.time.Duration;

/** The power goes: every process at once, the launcher too. What was acknowledged is on disk. */
record KillEverything() implements Nemesis {
    @Override
    public void strike(Cluster cluster) {
        cluster.killEverything();
    }

    @Override
    public void heal(Cluster cluster) {
        cluster.up();
    }

    @Override
    public Duration lasts() {
        return Duration.ofSeconds(1);
    }
}
