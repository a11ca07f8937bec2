package io.meridian.chaos;

import io.meridian.testing.Cluster;
import java.time.Duration;

/** One way to harm a region, and how it is undone. */
interface Nemesis {
    /** Does the harm; returns when it is done. */
    void strike(Cluster cluster);

    /** Undoes what does not undo itself; returns when all runs again. */
    void heal(Cluster cluster);

    /** How long the harm lasts before {@link #heal}, under load. */
    default Duration lasts() {
        return Duration.ofSeconds(4);
    }
}
