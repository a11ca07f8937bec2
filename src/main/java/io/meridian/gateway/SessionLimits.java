package io.meridian.gateway;

import io.meridian.limits.Limit;
import io.meridian.limits.RateLimits;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import java.time.Duration;
import java.util.Optional;

/**
 * How much one connection may ask for, and what becomes of refusals: each is told a time of its own, so that a hundred that
 * were refused together do not come back together, and who has too many of them is flooding.
 */
final class SessionLimits {
    /** Who is told to wait longer has more waiting than it should send at all. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final RateLimits rates;
    private final long spacingMs;
    private final String connection;
    private final Overrun overrun = new Overrun();
    private long nextTurnMs;

    /** {@code connection}: unlike any other of the node. */
    SessionLimits(RateLimits rates, String connection) {
        this.rates = rates;
        this.connection = connection;
        this.spacingMs = Math.max(
                1, rates.settings().rates().get(Limit.USER_MESSAGES).period().toMillis());
    }

    /** A frame came; the reason if it is not taken. */
    Optional<RefusedException> frame() {
        long wait = rates.tryTake(Limit.CONNECTION_FRAMES, connection);
        return wait == 0 ? Optional.empty() : Optional.of(rates.refusal(Limit.CONNECTION_FRAMES, wait));
    }

    /** Throws {@code rate_limited}: the user opens connections all the time. */
    void hello(UserId user) {
        rates.take(Limit.USER_HELLOS, user.value());
    }

    /** The refusal as this client is to hear it: behind those it heard before. */
    RefusedException inTurn(RefusedException refused, long nowMs) {
        if (refused.code() != ErrorCode.RATE_LIMITED) {
            return refused;
        }
        long earliest = nowMs + refused.retryAfter().orElse(Duration.ZERO).toMillis();
        nextTurnMs = Math.min(nowMs + LONGEST_WAIT.toMillis(), Math.max(earliest, nextTurnMs + spacingMs));
        return RefusedException.retryable(
                refused.code(), refused.detail(), Duration.ofMillis(Math.max(nextTurnMs, earliest) - nowMs));
    }

    /** For how long this refusal's connection is not to be read; 0: it is read on. */
    long hold(RefusedException refused, long nowMs) {
        return refused.code() == ErrorCode.RATE_LIMITED ? overrun.refused(nowMs) : 0;
    }

    /**
     * Whether this refusal is one too many, for its connection or for {@code userOrNull}, whose refusals are counted together
     * on all connections. To be asked after {@link #hold}.
     */
    boolean flooding(RefusedException refused, UserId userOrNull) {
        return refused.code() == ErrorCode.RATE_LIMITED
                && (rates.tryTake(Limit.USER_REFUSALS, userOrNull == null ? connection : userOrNull.value()) > 0
                        || overrun.persistent());
    }
}
