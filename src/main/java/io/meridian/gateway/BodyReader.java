package io.meridian.gateway;

import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads a body up to a bound. What is a little too long is read to its end, so that its sender hears the answer. */
final class BodyReader {
    /** Most clients send a whole body before they read; one of more than this over the limit finds its connection closed. */
    private static final int DISCARDED = 1024 * 1024;

    private final Promise<Buffer> done = Promise.promise();
    private final HttpServerRequest request;
    private final int limit;
    private final Buffer body = Buffer.buffer();
    private long received;
    private boolean givenUp;

    private BodyReader(HttpServerRequest request, int limit) {
        this.request = request;
        this.limit = limit;
    }

    /** Resumes the request. Fails with {@code too_large}. */
    static Future<Buffer> read(HttpServerRequest request, int limit) {
        BodyReader reader = new BodyReader(request, limit);
        request.handler(reader::chunk);
        request.end().onSuccess(end -> reader.end()).onFailure(reader.done::tryFail);
        request.resume();
        return reader.done.future();
    }

    private void chunk(Buffer chunk) {
        received += chunk.length();
        if (received <= limit) {
            body.appendBuffer(chunk);
        } else if (received > (long) limit + DISCARDED && !givenUp) {
            givenUp = true;
            request.response().putHeader("Connection", "close");
            done.tryFail(tooLarge());
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
