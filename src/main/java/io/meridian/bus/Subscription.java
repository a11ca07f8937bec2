package io.meridian.bus;

import io.vertx.core.Future;

/** Somebody who listens. */
public interface Subscription {

    /** Done when every node of the region knows of it. */
    Future<Void> ready();

    Future<Void> end();
}
