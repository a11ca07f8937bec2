package io.meridian.gateway;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Runs steps one after the other, so that a connection's frames reach the log in their order, whatever each has to look up first. */
final class Pipeline {
    private final ArrayDeque<Supplier<Future<Void>>> waiting = new ArrayDeque<>(2);
    private boolean running;

    /** {@code step}: a failure of it does not stop the ones behind. */
    void add(Supplier<Future<Void>> step) {
        waiting.add(step);
        if (!running) {
            run();
        }
    }

    int size() {
        return waiting.size();
    }

    /** Nothing runs and nothing waits. */
    boolean idle() {
        return !running && waiting.isEmpty();
    }

    void clear() {
        waiting.clear();
    }

    /** A loop as long as steps are done at once: a thousand cached look-ups must not be a thousand frames of the stack. */
    private void run() {
        running = true;
        while (!waiting.isEmpty()) {
            Future<Void> step = waiting.poll().get();
            if (!step.isComplete()) {
                step.onComplete(done -> run());
                return;
            }
        }
        running = false;
    }
}
