package io.meridian.testing;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/** Everything that the clients of a test did and saw, in the order of one clock; for {@link HistoryChecker}. Thread-safe. */
public final class History {
    private final LongSupplier nanoClock;
    private final ConcurrentLinkedQueue<Observation> observations = new ConcurrentLinkedQueue<>();

    /** @param nanoClock monotonic, the same for all clients, for example {@code System::nanoTime} */
    public History(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    long now() {
        return nanoClock.getAsLong();
    }

    void add(Observation observation) {
        observations.add(observation);
    }

    public List<Observation> observations() {
        return List.copyOf(observations);
    }

    /** What of it is of one kind, oldest first. */
    public <T extends Observation> List<T> all(Class<T> kind) {
        return observations.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
