package io.meridian.gateway;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node takes its leave of its clients before it stops: from the first moment it is not ready and takes nobody new, then its
 * sessions are sent elsewhere, and what they and HTTP callers have asked for is answered. Thread-safe.
 */
public final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private final DrainSettings settings;
    private final List<Supplier<Future<Void>>> gateways = new CopyOnWriteArrayList<>();
    private volatile boolean begun;
    private volatile boolean hurried;

    Drain(DrainSettings settings) {
        this.settings = settings;
    }

    DrainSettings settings() {
        return settings;
    }

    /** {@code gateway}: begins to drain one, on its own event loop. */
    void join(Supplier<Future<Void>> gateway) {
        gateways.add(gateway);
    }

    int gateways() {
        return gateways.size();
    }

    /** The node takes nobody new. */
    boolean begun() {
        return begun;
    }

    /** Whoever asked for the stop has asked again. */
    boolean hurried() {
        return hurried;
    }

    /** Done when no client is left, or after {@link DrainSettings#bound}; never fails. */
    public Future<Void> begin() {
        begun = true;
        if (gateways.isEmpty()) {
            return Future.succeededFuture();
        }
        LOG.info("draining, for {} s at most", settings.bound().toSeconds());
        return Future.join(gateways.stream().map(Supplier::get).toList())
                .onSuccess(done -> LOG.info("drained"))
                .otherwiseEmpty()
                .mapEmpty();
    }

    /** Ends it at once; those who have had no answer yet will ask again elsewhere. */
    public void hurry() {
        hurried = true;
    }
}
