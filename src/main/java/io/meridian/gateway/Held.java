package io.meridian.gateway;

import io.meridian.limits.Bounds;
import io.meridian.limits.LimitSettings;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that a node keeps for those who send slowly or do not read: bodies of calls under way, answers that the socket has not
 * taken. Thread-safe.
 */
final class Held {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final boolean on;
    private final Bounds bounds;
    private final AtomicLong total = new AtomicLong();
    private final Tally ofOne = new Tally();

    Held(LimitSettings limits) {
        this.on = limits.on();
        this.bounds = limits.bounds();
    }

    /** Throws when there is no room for so many more; {@code owners}: those whose share they come from. */
    void check(List<String> owners, long bytes) {
        if (!on) {
            return;
        }
        for (String owner : owners) {
            if (ofOne.of(owner) + bytes > bounds.heldOfOne()) {
                throw RefusedException.retryable(
                        ErrorCode.RATE_LIMITED, "too much is sent slowly or not read of this caller", RETRY_AFTER);
            }
        }
        if (total.get() + bytes > bounds.heldBytes()) {
            throw RefusedException.retryable(
                    ErrorCode.OVERLOADED, "this node waits for as many bytes as it can", RETRY_AFTER);
        }
    }

    void add(List<String> owners, long bytes) {
        total.addAndGet(bytes);
        owners.forEach(owner -> ofOne.add(owner, bytes));
    }

    void remove(List<String> owners, long bytes) {
        total.addAndGet(-bytes);
        owners.forEach(owner -> ofOne.giveBack(owner, bytes));
    }

    long bytes() {
        return total.get();
    }
}
