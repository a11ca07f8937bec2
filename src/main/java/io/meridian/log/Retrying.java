package io.meridian.log;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a step until it succeeds, for as long as its partition is ours: an engine that is out costs time, never a
 * record. Not bounded in number, for nothing may be skipped; bounded in pace, and by the alarm of a partition that stands still.
 */
public final class Retrying {
    private static final Logger LOGGER = LoggerFactory.getLogger(Retrying.class);
    private static final long FIRST_MS = 50;
    private static final long LONGEST_MS = 2_000;

    private static final long WARN_AGAIN_MS = 1_000;

    private final Vertx vertx;
    private final AtomicInteger untold = new AtomicInteger();

    public Retrying(Vertx vertx) {
        this.vertx = vertx;
    }

    /** @return fails only with {@link NotOursException} */
    public <T> Future<T> whileOurs(AssignedLog log, String what, Supplier<Future<T>> step) {
        Promise<T> done = Promise.promise();
        attempt(log, what, step, FIRST_MS, done);
        return done.future();
    }

    private <T> void attempt(AssignedLog log, String what, Supplier<Future<T>> step, long waitMs, Promise<T> done) {
        if (!log.ours()) {
            done.fail(new NotOursException(log));
            return;
        }
        once(step).onComplete(result -> {
            if (result.succeeded()) {
                done.complete(result.result());
                return;
            }
            Fatal.check(what, result.cause());
            warn(what, log, waitMs, result.cause());
            // spread, so that many conversations don't return to a reviving engine at once
            long spread = waitMs / 2 + ThreadLocalRandom.current().nextLong(waitMs / 2 + 1);
            vertx.setTimer(spread, fired -> attempt(log, what, step, Math.min(LONGEST_MS, waitMs * 2), done));
        });
    }

    /** One line a second: a thousand steps that wait for one engine say one thing. */
    private void warn(String what, AssignedLog log, long waitMs, Throwable cause) {
        if (untold.getAndIncrement() > 0) {
            return;
        }
        LOGGER.warn("{} of {} failed, again in {} ms: {}", what, log.log(), waitMs, String.valueOf(cause));
        vertx.setTimer(WARN_AGAIN_MS, fired -> {
            int others = untold.getAndSet(0) - 1;
            if (others > 0) {
                LOGGER.warn("{} other steps failed within a second, and are tried again", others);
            }
        });
    }

    private static <T> Future<T> once(Supplier<Future<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
