package io.meridian.delivery;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** Lets so many tasks run at once and no more; the others wait their turn. On one Vert.x context. */
final class FlowWindow {
    private final int width;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int running;
    private boolean draining;

    FlowWindow(int width) {
        this.width = width;
    }

    <T> Future<T> run(Supplier<Future<T>> task) {
        Promise<T> promise = Promise.promise();
        waiting.addLast(() -> begin(task, promise));
        next();
        return promise.future();
    }

    /** Not re-entered by tasks that are done at once, so that a long queue needs no deep stack. */
    private void next() {
        if (draining) {
            return;
        }
        draining = true;
        while (running < width && !waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
        draining = false;
    }

    private <T> void begin(Supplier<Future<T>> task, Promise<T> promise) {
        running++;
        Future<T> future;
        try {
            future = task.get();
        } catch (RuntimeException e) {
            future = Future.failedFuture(e);
        }
        future.onComplete(result -> {
            running--;
            promise.handle(result);
            next();
        });
    }
}
