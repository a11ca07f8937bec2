package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.conversation.Refusals;
import io.meridian.delivery.DeviceLimitException;
import io.meridian.delivery.DevicePassedException;
import io.meridian.delivery.DeviceRemovedException;
import io.meridian.message.ErrorCode;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Errors as callers see them: problem+json (RFC 9457) with the contract's {@code code}. */
final class Problem {
    private static final String TYPE = "urn:meridian:error:";

    private Problem() {}

    /** What a failure means to the caller: {@link Refusals}, and what only a gateway meets. */
    static RefusedException refusal(Throwable failure) {
        if (failure instanceof DeviceLimitException limit) {
            return RefusedException.of(ErrorCode.CONFLICT, limit.getMessage());
        }
        if (failure instanceof DevicePassedException passed) {
            return RefusedException.of(ErrorCode.UNAVAILABLE, passed.getMessage());
        }
        if (failure instanceof DeviceRemovedException removed) {
            return RefusedException.of(ErrorCode.UNAUTHENTICATED, removed.getMessage());
        }
        if (failure instanceof HttpException http && http.getStatusCode() == 400) {
            return RefusedException.invalid("request", "is not well-formed");
        }
        return Refusals.of(failure);
    }

    static RefusedException unavailable() {
        return Refusals.unavailable();
    }

    /** When it is worth another try, if it ever is. */
    static Optional<Duration> retryAfter(RefusedException refused) {
        return Refusals.retryAfter(refused);
    }

    static Answer answer(RefusedException refused) {
        ObjectNode body = body(refused.code().status(), refused.code().code(), refused.detail());
        if (!refused.errors().isEmpty()) {
            refused.errors().forEach(body.putObject("errors")::put);
        }
        Map<String, String> headers = new HashMap<>();
        retryAfter(refused).ifPresent(after -> {
            headers.put("Retry-After", Long.toString(seconds(after)));
            body.put("retryAfterMs", after.toMillis());
        });
        if (refused.code() == ErrorCode.UNAUTHENTICATED) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        return problem(refused.code().status(), body, headers);
    }

    /** For what HTTP itself refuses; the code is in the contract's manner. */
    static Answer http(int status, String code, String detail) {
        return problem(status, body(status, code, detail), Map.of());
    }

    private static Answer problem(int status, ObjectNode body, Map<String, String> headers) {
        return new Answer(status, "application/problem+json", Json.bytes(body), headers);
    }

    private static ObjectNode body(int status, String code, String detail) {
        return Json.MAPPER
                .createObjectNode()
                .put("type", TYPE + code)
                .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                .put("status", status)
                .put("detail", detail)
                .put("code", code);
    }

    private static long seconds(Duration duration) {
        return Math.max(1, (duration.toMillis() + 999) / 1000);
    }
}
