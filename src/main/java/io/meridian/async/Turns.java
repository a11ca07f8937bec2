package io.meridian.async;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Work of which so much is done at once, and the rest in the order in which it came. How much may wait is for those to bound
 * who bring it. On one event loop.
 */
public final class Turns {
    private final int atOnce;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean beginning;

    public Turns(int atOnce) {
        if (atOnce < 1) {
            throw new IllegalArgumentException("at once = " + atOnce + ": use at least 1");
        }
        this.atOnce = atOnce;
    }

    /** Done, or failed, as the work is. */
    public <T> Future<T> run(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        waiting.add(() -> begun(work).onComplete(result -> {
            underWay--;
            done.handle(result);
            begin();
        }));
        begin();
        return done.future();
    }

    /** Work that has not been begun. */
    public int waiting() {
        return waiting.size();
    }

    /** In a loop: a thousand that are done at once must not be a thousand frames of the stack. */
    private void begin() {
        if (beginning) {
            return;
        }
        beginning = true;
        while (underWay < atOnce && !waiting.isEmpty()) {
            underWay++;
            waiting.poll().run();
        }
        beginning = false;
    }

    private static <T> Future<T> begun(Supplier<Future<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
