package io.meridian.gateway;

import io.meridian.limits.Limit;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Who is let in, decided before anything is spent on a request. A node that drains lets nobody in. */
final class Admission {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** A full node does not empty within a second. */
    private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);
    /** Time to read an answer before its connection is closed. */
    private static final long FAREWELL_MS = 1_000;

    private final Protection protection;
    private final Connections connections;

    Admission(Protection protection, Connections connections) {
        this.protection = protection;
        this.connections = connections;
    }

    /** For whatever opens a live connection, once: fails with the reason why it is not to be. */
    Future<Void> live(RoutingContext context) {
        try {
            connect(context.request());
            return Future.succeededFuture();
        } catch (RefusedException e) {
            return Future.failedFuture(refused(context, e));
        }
    }

    /** For HTTP calls: they count until they are answered. */
    void call(RoutingContext context) {
        try {
            stay(context.request());
            protection.take(Limit.ADDRESS_CALLS, context.request());
            begin(context);
        } catch (RefusedException e) {
            Api.write(context.response(), Problem.answer(refused(context, e)));
            return;
        }
        context.next();
    }

    private void connect(HttpServerRequest request) {
        if (protection.drain().begun()) {
            throw draining();
        }
        stay(request);
        protection.take(Limit.ADDRESS_CONNECTS, request);
        long wait = protection.rates().tryTake(Limit.NODE_CONNECTS, "");
        if (wait > 0) {
            throw RefusedException.retryable(
                    ErrorCode.OVERLOADED, "too many connect to this node at once", RETRY_AFTER);
        }
    }

    private void stay(HttpServerRequest request) {
        if (connections.unwelcome(request.connection())) {
            throw protection.drain().begun()
                    ? draining()
                    : RefusedException.retryable(
                            ErrorCode.OVERLOADED, "this node holds as many connections as it can", RETRY_WHEN_FULL);
        }
    }

    private void begin(RoutingContext context) {
        AtomicInteger calls = protection.calls();
        int most = protection.limits().on() ? protection.limits().maxCalls() : Integer.MAX_VALUE;
        if (calls.incrementAndGet() > most) {
            calls.decrementAndGet();
            throw RefusedException.retryable(
                    ErrorCode.OVERLOADED, "this node answers as many calls as it can", RETRY_AFTER);
        }
        context.addEndHandler(ended -> calls.decrementAndGet());
        if (protection.drain().begun()) {
            lastOf(context);
        }
    }

    private RefusedException refused(RoutingContext context, RefusedException reason) {
        if (protection.drain().begun()
                || connections.unwelcome(context.request().connection())) {
            lastOf(context);
        }
        return reason;
    }

    /** The client's next request is to go elsewhere. */
    private static void lastOf(RoutingContext context) {
        context.response().putHeader("Connection", "close");
        context.addEndHandler(ended -> context.request().connection().shutdown(FAREWELL_MS, TimeUnit.MILLISECONDS));
    }

    private static RefusedException draining() {
        return RefusedException.retryable(
                ErrorCode.OVERLOADED, "this node is about to stop; connect to another", RETRY_AFTER);
    }
}
