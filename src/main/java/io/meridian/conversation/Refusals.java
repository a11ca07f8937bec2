package io.meridian.conversation;

import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.RefusedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a failure means to whoever asked: one of the contract's errors, never an exception's own words. */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Map<Class<?>, AtomicLong> OUTAGES = new ConcurrentHashMap<>();
    /** What callers wait before they try again when a dependency is out. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private Refusals() {}

    /**
     * A mistake of ours is {@code internal}; everything else that is not a refusal is an engine that did not do what it was
     * asked.
     */
    public static RefusedException of(Throwable failure) {
        if (failure instanceof RefusedException refused) {
            return refused;
        }
        if (failure instanceof InvalidFieldException invalid) {
            return RefusedException.invalid(invalid.field(), invalid.reason());
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

    public static RefusedException unavailable() {
        return RefusedException.retryable(
                ErrorCode.UNAVAILABLE, "a dependency is out; nothing was promised, try again", RETRY_AFTER);
    }

    /** When it is worth another try, if it ever is. */
    public static Optional<Duration> retryAfter(RefusedException refused) {
        return switch (refused.code()) {
            case UNAVAILABLE, OVERLOADED, RATE_LIMITED -> refused.retryAfter().or(() -> Optional.of(RETRY_AFTER));
            default -> refused.retryAfter();
        };
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
