package io.meridian.gateway;

import io.meridian.async.Deadline;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeoutException;

/** Reads a body up to a bound. What is a little too long is read to its end, so that its sender hears the answer. */
final class BodyReader {
    /** Most clients send a whole body before they read; one of more than this over the limit finds its connection closed. */
    private static final int DISCARDED = 1024 * 1024;

    /** 64 KiB in 30 s are 2 KiB/s, less than any connection that could chat. */
    private static final long PATIENCE_MS = 30_000;

    private final Promise<Buffer> done = Promise.promise();
    private final HttpServerRequest request;
    private final int limit;
    private final Exchange exchange;
    private final Buffer body = Buffer.buffer();
    private long received;
    private boolean givenUp;

    private BodyReader(HttpServerRequest request, int limit, Exchange exchange) {
        this.request = request;
        this.limit = limit;
        this.exchange = exchange;
    }

    /** Resumes the request. Fails with {@code too_large}, and when there are too many bodies. */
    static Future<Buffer> read(RoutingContext context, int limit) {
        HttpServerRequest request = context.request();
        BodyReader reader = new BodyReader(request, limit, Exchange.of(context));
        request.handler(reader::chunk);
        request.end().onSuccess(end -> reader.end()).onFailure(broken -> reader.broken());
        request.resume();
        reader.announced();
        return Deadline.within(PATIENCE_MS, reader.done.future()).recover(reader::late);
    }

    /** What is said to be far too long need not be read to know it. */
    private void announced() {
        String length = request.getHeader("Content-Length");
        if (length != null && Long.parseLong(length.strip()) > (long) limit + DISCARDED) {
            giveUp(tooLarge());
        }
    }

    /** The caller has gone, or what it sends is not chunked as it says: nobody's outage, and no mistake of ours. */
    private void broken() {
        done.tryFail(RefusedException.invalid("body", "ended too early, or is not chunked as it says"));
    }

    private Future<Buffer> late(Throwable failure) {
        if (!(failure instanceof TimeoutException)) {
            return Future.failedFuture(failure);
        }
        RefusedException refused = RefusedException.invalid("body", "did not come within " + PATIENCE_MS / 1000 + " s");
        giveUp(refused);
        return Future.failedFuture(refused);
    }

    private void giveUp(RefusedException refused) {
        givenUp = true;
        HttpRules.last(request);
        done.tryFail(refused);
    }

    private void chunk(Buffer chunk) {
        received += chunk.length();
        if (givenUp) {
            return;
        }
        if (received <= limit) {
            keep(chunk);
        } else if (received > (long) limit + DISCARDED) {
            giveUp(tooLarge());
        }
    }

    private void keep(Buffer chunk) {
        try {
            exchange.body(chunk.length());
            body.appendBuffer(chunk);
        } catch (RefusedException e) {
            giveUp(e);
        }
    }

    private void end() {
        if (received <= limit) {
            done.tryComplete(body);
        } else {
            done.tryFail(tooLarge());
        }
    }

    private RefusedException tooLarge() {
        return RefusedException.of(ErrorCode.TOO_LARGE, "the body is larger than " + limit + " bytes");
    }
}
