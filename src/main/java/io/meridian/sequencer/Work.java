package io.meridian.sequencer;

import io.meridian.log.LogEntry;
import io.vertx.core.Promise;

/** A command on its way through a lane. {@code done}: every effect is durable. */
record Work(Input input, LogEntry entry, Promise<Void> done) {}
