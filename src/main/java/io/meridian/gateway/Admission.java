package io.meridian.gateway;

import io.meridian.limits.Limit;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Who is let in, decided before anything is spent on a request. A node that drains lets nobody in. */
final class Admission {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** Time to read an answer before its connection is closed. */
    private static final long FAREWELL_MS = 1_000;

    private final Protection protection;
    private final Connections connections;

    Admission(Protection protection, Connections connections) {
        this.protection = protection;
        this.connections = connections;
    }

    /** In front of all routes: what is answered on a connection that is one too many is the last thing there. */
    void route(RoutingContext context) {
        if (connections.refusal(context.request().connection()).isPresent()) {
            lastOf(context);
        }
        context.next();
    }

    /** For whatever opens a live connection, once: fails with the reason why it is not to be. */
    Future<Void> live(RoutingContext context) {
        try {
            if (protection.drain().begun()) {
                lastOf(context);
                throw draining();
            }
            fits(context.request());
            protection.take(Limit.ADDRESS_CONNECTS, context.request());
            if (protection.rates().tryTake(Limit.NODE_CONNECTS, "") > 0) {
                throw RefusedException.retryable(
                        ErrorCode.OVERLOADED, "too many connect to this node at once", RETRY_AFTER);
            }
            return Future.succeededFuture();
        } catch (RefusedException e) {
            return Future.failedFuture(e);
        }
    }

    /** For a request that takes what a live connection has to say: throws if it is not to be answered. */
    void receive(RoutingContext context) {
        fits(context.request());
        protection.take(Limit.ADDRESS_CALLS, context.request());
    }

    /** For a request that brings what a live connection says; also in a drain, for it may be an acknowledgement. */
    void send(RoutingContext context) {
        enter(context, () -> receive(context));
    }

    /** For all other requests, whatever they ask. */
    void call(RoutingContext context) {
        boolean draining = protection.drain().begun();
        if (draining) {
            lastOf(context);
        }
        enter(context, () -> {
            if (draining && connections.late(context.request().connection())) {
                throw draining();
            }
            receive(context);
        });
    }

    /** It counts until it is answered. */
    private void enter(RoutingContext context, Runnable check) {
        try {
            check.run();
            Exchange.open(context, protection);
        } catch (RefusedException e) {
            Api.write(context.response(), Problem.answer(e));
            return;
        }
        context.next();
    }

    private void fits(HttpServerRequest request) {
        connections.refusal(request.connection()).ifPresent(refusal -> {
            throw refusal;
        });
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
