package io.meridian.async;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A bound on waiting, kept on the caller's own context. {@link Future#timeout} of a future without a context fails it on a
 * thread of Netty's, and whatever follows then runs beside the event loop that owns it.
 */
public final class Deadline {
    private Deadline() {}

    /** Fails with {@link TimeoutException} after {@code ms}; what {@code future} becomes later is dropped. */
    public static <T> Future<T> within(long ms, Future<T> future) {
        if (future.isComplete()) {
            return future;
        }
        Context context = Vertx.currentContext();
        if (context == null) {
            // nobody's event loop to keep to
            return future.timeout(ms, TimeUnit.MILLISECONDS);
        }
        Promise<T> promise = Promise.promise();
        long timer = context.owner()
                .setTimer(ms, fired -> promise.tryFail(new TimeoutException("no answer within " + ms + " ms")));
        future.onComplete(result -> {
            context.owner().cancelTimer(timer);
            if (result.succeeded()) {
                promise.tryComplete(result.result());
            } else {
                promise.tryFail(result.cause());
            }
        });
        return promise.future();
    }
}
