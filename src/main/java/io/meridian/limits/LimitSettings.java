package io.meridian.limits;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a node takes.
 *
 * @param on false lifts every rate and all admission, for measurements
 * @param rates of every limit
 * @param largeConversation members above which a conversation counts as large
 * @param bounds what is there at once
 */
public record LimitSettings(boolean on, Map<Limit, Rate> rates, int largeConversation, Bounds bounds) {
    /** 500 slow calls are more than the engines answer in the time of one. */
    public static final int MAX_CALLS = 1_000;

    public static final int LARGE_CONVERSATION = 100;
    private static final int MAX_CONNECTIONS = 50_000;
    /** Engines, logs and class files need some, and an eighth is nobody's to count on. */
    private static final int OWN_DESCRIPTORS = 200;

    public LimitSettings {
        rates = Map.copyOf(rates);
        for (Limit limit : Limit.values()) {
            Rate rate = rates.get(limit);
            if (rate == null) {
                throw new IllegalArgumentException("meridian.limits." + limit.key() + ": give per-second and burst");
            }
            rate.check("meridian.limits." + limit.key());
        }
        if (largeConversation < 1) {
            throw new IllegalArgumentException(
                    "meridian.limits.large-conversation-members = " + largeConversation + ": use at least 1");
        }
    }

    /** With the usual bounds beside these two. */
    public LimitSettings(boolean on, Map<Limit, Rate> rates, int largeConversation, int maxConnections, int maxCalls) {
        this(on, rates, largeConversation, Bounds.of(maxConnections, maxCalls));
    }

    /** The defaults. */
    public static LimitSettings standard(int maxConnections) {
        return new LimitSettings(true, standardRates(), LARGE_CONVERSATION, maxConnections, MAX_CALLS);
    }

    /** Nothing is limited. */
    public static LimitSettings off() {
        return new LimitSettings(false, standardRates(), LARGE_CONVERSATION, MAX_CONNECTIONS, MAX_CALLS);
    }

    /** The same with another rate. */
    public LimitSettings with(Limit limit, Rate rate) {
        Map<Limit, Rate> changed = new EnumMap<>(rates);
        changed.put(limit, rate);
        return new LimitSettings(on, changed, largeConversation, bounds);
    }

    /** The same with other bounds. */
    public LimitSettings with(Bounds others) {
        return new LimitSettings(on, rates, largeConversation, others);
    }

    /** As many connections as a process with so many file descriptors can hold; {@code descriptors} below 1: unknown. */
    public static int connectionsFor(long descriptors) {
        if (descriptors < 1) {
            return MAX_CONNECTIONS;
        }
        return (int) Math.max(1, Math.min(MAX_CONNECTIONS, descriptors - descriptors / 8 - OWN_DESCRIPTORS));
    }

    private static Map<Limit, Rate> standardRates() {
        Map<Limit, Rate> rates = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            rates.put(limit, limit.standard());
        }
        return rates;
    }
}
