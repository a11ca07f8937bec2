package io.meridian.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Many small requests, a bounded number at once. */
final class InFlight {
    private InFlight() {}

    /**
     * Does {@code work} for each item, {@code limit} at a time. After a failure nothing more is begun; completes when nothing
     * is under way any more, with the first failure if there was one.
     */
    static <T> Future<Void> each(int limit, List<T> items, Function<T, Future<?>> work) {
        if (items.isEmpty()) {
            return Future.succeededFuture();
        }
        if (items.size() == 1) {
            return work.apply(items.get(0)).mapEmpty();
        }
        Run<T> run = new Run<>(items.iterator(), work);
        for (int i = 0; i < Math.min(limit, items.size()); i++) {
            run.begin();
        }
        return run.done.future();
    }

    /** What {@code find} answers for each key, asked {@code limit} at a time; keys without an answer are left out. */
    static <K, V> Future<Map<K, V>> found(int limit, Collection<K> keys, Function<K, Future<Optional<V>>> find) {
        Map<K, V> found = new ConcurrentHashMap<>();
        return each(
                        limit,
                        keys.stream().distinct().toList(),
                        key -> find.apply(key).map(value -> value.map(there -> found.put(key, there))))
                .map(found);
    }

    /** Synchronised: a caller that is not on an event loop begins on its own thread and goes on on another. */
    private static final class Run<T> {
        private final Iterator<T> items;
        private final Function<T, Future<?>> work;
        private final Promise<Void> done = Promise.promise();
        private Throwable failure;
        private int underWay;

        Run(Iterator<T> items, Function<T, Future<?>> work) {
            this.items = items;
            this.work = work;
        }

        void begin() {
            T item;
            synchronized (this) {
                if (failure != null || !items.hasNext()) {
                    return;
                }
                item = items.next();
                underWay++;
            }
            attempt(item).onComplete(result -> ended(result.cause()));
        }

        private Future<?> attempt(T item) {
            try {
                return work.apply(item);
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        }

        private void ended(Throwable cause) {
            boolean last;
            synchronized (this) {
                failure = failure == null ? cause : failure;
                underWay--;
                last = underWay == 0 && (failure != null || !items.hasNext());
            }
            if (!last) {
                begin();
            } else if (failure != null) {
                done.tryFail(failure);
            } else {
                done.tryComplete();
            }
        }
    }
}
