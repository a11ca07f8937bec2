package io.meridian.gateway;

import java.util.concurrent.ConcurrentHashMap;

/** How much of something each of many has now. Thread-safe; who has nothing takes no room. */
final class Tally {
    private final ConcurrentHashMap<String, Long> had = new ConcurrentHashMap<>();

    /** False, and nothing is taken: it would be more than {@code most}. */
    boolean take(String key, long amount, long most) {
        boolean[] taken = new boolean[1];
        had.compute(key, (same, now) -> {
            long then = (now == null ? 0 : now) + amount;
            taken[0] = then <= most;
            return taken[0] ? Long.valueOf(then) : now;
        });
        return taken[0];
    }

    void add(String key, long amount) {
        take(key, amount, Long.MAX_VALUE);
    }

    void giveBack(String key, long amount) {
        had.computeIfPresent(key, (same, now) -> now <= amount ? null : Long.valueOf(now - amount));
    }

    long of(String key) {
        return had.getOrDefault(key, 0L);
    }

    int size() {
        return had.size();
    }
}
