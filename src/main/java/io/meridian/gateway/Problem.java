package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.delivery.DeviceLimitException;
import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors as callers see them: problem+json (RFC 9457) with the contract's {@code code}. */
final class Problem {
    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
    private static final Map<Class<?>, AtomicLong> OUTAGES = new ConcurrentHashMap<>();
    private static final String TYPE = "urn:meridian:error:";
    /** What clients wait before they try again when a dependency is out. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private Problem() {}

    /**
     * What a failure means to the caller. A mistake of ours is {@code internal}; everything else that is not a refusal is an
     * engine that did not do what it was asked.
     */
    static RefusedException refusal(Throwable failure) {
        if (failure instanceof RefusedException refused) {
            return refused;
        }
        if (failure instanceof InvalidFieldException invalid) {
            return RefusedException.invalid(invalid.field(), invalid.reason());
        }
        if (failure instanceof DeviceLimitException limit) {
            return RefusedException.of(ErrorCode.CONFLICT, limit.getMessage());
        }
        if (failure instanceof HttpException http && http.getStatusCode() == 400) {
            return RefusedException.invalid("request", "is not well-formed");
        }
        if (isOurMistake(failure)) {
            LOG.error("A request failed by a mistake of ours", failure);
            return RefusedException.of(ErrorCode.INTERNAL, "this cannot be taken");
        }
        long count = OUTAGES.computeIfAbsent(failure.getClass(), first -> new AtomicLong())
                .incrementAndGet();
        // Every request of an outage comes by here: the 1st, 2nd, 4th, 8th … of a kind is enough to read.
        if (Long.bitCount(count) == 1) {
            LOG.warn("A dependency is out, {} requests so far: {}", count, failure.toString());
        }
        return unavailable();
    }

    static RefusedException unavailable() {
        return RefusedException.retryable(
                ErrorCode.UNAVAILABLE, "a dependency is out; nothing was promised, try again", RETRY_AFTER);
    }

    static Answer answer(RefusedException refused) {
        ObjectNode body = body(refused.code().status(), refused.code().code(), refused.detail());
        if (!refused.errors().isEmpty()) {
            refused.errors().forEach(body.putObject("errors")::put);
        }
        Map<String, String> headers = new HashMap<>();
        retryAfter(refused).ifPresent(after -> headers.put("Retry-After", Long.toString(seconds(after))));
        if (refused.code() == ErrorCode.UNAUTHENTICATED) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        return problem(refused.code().status(), body, headers);
    }

    /** When it is worth another try, if it ever is. */
    static Optional<Duration> retryAfter(RefusedException refused) {
        return switch (refused.code()) {
            case UNAVAILABLE, OVERLOADED, RATE_LIMITED -> refused.retryAfter().or(() -> Optional.of(RETRY_AFTER));
            default -> refused.retryAfter();
        };
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

    private static boolean isOurMistake(Throwable failure) {
        return failure instanceof NullPointerException
                || failure instanceof IllegalArgumentException
                || failure instanceof ClassCastException
                || failure instanceof IndexOutOfBoundsException
                || failure instanceof UnsupportedOperationException
                || failure instanceof Error;
    }
}
