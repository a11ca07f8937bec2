package io.meridian.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** The same for each of many things, so many at a time. Called and called back on one context. */
final class Together<T, R> {
    private final Iterator<T> remaining;
    private final Function<T, Future<R>> action;
    private final List<Future<R>> begun = new ArrayList<>();
    private final Promise<List<R>> all = Promise.promise();
    private int underWay;

    private Together(List<T> things, Function<T, Future<R>> action) {
        this.remaining = things.iterator();
        this.action = action;
    }

    /** The results in the order of the things; the first failure ends it and fails. */
    static <T, R> Future<List<R>> each(int limit, List<T> things, Function<T, Future<R>> action) {
        Together<T, R> together = new Together<>(things, action);
        for (int i = 0; i < limit; i++) {
            together.next();
        }
        together.endIfDone();
        return together.all.future();
    }

    private void next() {
        if (!remaining.hasNext() || all.future().isComplete()) {
            return;
        }
        underWay++;
        Future<R> one = action.apply(remaining.next());
        begun.add(one);
        one.onComplete(done -> {
            underWay--;
            if (done.failed()) {
                all.tryFail(done.cause());
            } else {
                next();
                endIfDone();
            }
        });
    }

    private void endIfDone() {
        if (underWay == 0 && !remaining.hasNext()) {
            all.tryComplete(begun.stream().map(Future::result).toList());
        }
    }
}
