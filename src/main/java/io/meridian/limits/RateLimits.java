package io.meridian.limits;

import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The buckets of a node, one table a limit. Refuses with {@code rate_limited} and the time until there is something to take
 * again. A user's and a conversation's hold about region-wide: each node tells the others what was taken, and they take it
 * from their buckets, too.
 */
public final class RateLimits {
    private static final Duration LEAST = Duration.ofMillis(1);

    private final LimitSettings settings;
    private final Map<Limit, Buckets> tables = new EnumMap<>(Limit.class);
    private final Map<Limit, Spending> spending = new EnumMap<>(Limit.class);

    /** {@code nanoTime}: as {@link System#nanoTime}, from any thread. */
    public RateLimits(LimitSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        settings.rates().forEach((limit, rate) -> tables.put(limit, new Buckets(rate, nanoTime)));
        spending.put(Limit.USER_MESSAGES, new Spending());
        spending.put(Limit.CONVERSATION_MESSAGES, new Spending());
    }

    public LimitSettings settings() {
        return settings;
    }

    /** Throws {@link RefusedException} if there is nothing to take. */
    public void take(Limit limit, String key) {
        long wait = tryTake(limit, key);
        if (wait > 0) {
            throw refusal(limit, wait);
        }
    }

    /** 0: taken; else the nanoseconds until there is one to take. */
    public long tryTake(Limit limit, String key) {
        return tryTake(limit, key, 1);
    }

    /** 0: all taken; else the nanoseconds until there are as many to take, and none is taken. */
    public long tryTake(Limit limit, String key, int tokens) {
        if (!settings.on()) {
            return 0;
        }
        long wait = tables.get(limit).take(key, tokens);
        Spending told = wait == 0 ? spending.get(limit) : null;
        if (told != null) {
            told.add(key, tokens);
        }
        return wait;
    }

    /** Throws {@link RefusedException} if there is nothing to take, and takes nothing. */
    public void check(Limit limit, String key) {
        long wait = settings.on() ? tables.get(limit).untilNext(key) : 0;
        if (wait > 0) {
            throw refusal(limit, wait);
        }
    }

    /** What was taken came to nothing. */
    public void giveBack(Limit limit, String key) {
        giveBack(limit, key, 1);
    }

    public void giveBack(Limit limit, String key, int tokens) {
        if (!settings.on()) {
            return;
        }
        tables.get(limit).giveBack(key, tokens);
        Spending told = spending.get(limit);
        if (told != null) {
            told.add(key, -tokens);
        }
    }

    /** What was taken here since it was asked for last, by those who took most. */
    public Map<String, Integer> takeHot(Limit limit) {
        return spending.get(limit).takeHot();
    }

    /** Another node's {@link #takeHot}. */
    public void tookElsewhere(Limit limit, Map<String, Integer> taken) {
        if (settings.on()) {
            taken.forEach((key, tokens) -> tables.get(limit).takeElsewhere(key, tokens));
        }
    }

    /** Says which limit, and when it is worth another try. */
    public RefusedException refusal(Limit limit, long waitNanos) {
        Rate rate = settings.rates().get(limit);
        Duration wait = Duration.ofMillis((waitNanos + 999_999) / 1_000_000);
        return RefusedException.retryable(
                ErrorCode.RATE_LIMITED,
                "too many " + limit.what() + ": " + number(rate.perSecond()) + " a second, " + rate.burst()
                        + " at once",
                wait.compareTo(LEAST) < 0 ? LEAST : wait);
    }

    private static String number(double perSecond) {
        return perSecond == Math.rint(perSecond) ? Long.toString((long) perSecond) : Double.toString(perSecond);
    }
}
