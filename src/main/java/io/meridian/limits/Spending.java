package io.meridian.limits;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** What was taken here since it was last told to other nodes. Thread-safe. */
final class Spending {
    /** Those who take less in a quarter of a second are far from any limit. */
    private static final int WORTH_TELLING = 2;
    /** 40 KB a message at most; whoever is not among them is not the one to be stopped. */
    private static final int MOST_TOLD = 500;

    private final AtomicReference<Map<String, Integer>> taken = new AtomicReference<>(new ConcurrentHashMap<>());

    /** As many keys as sends in a quarter of a second: the node's own speed bounds it. */
    void add(String key, int tokens) {
        taken.get().merge(key, tokens, Integer::sum);
    }

    /** Takes what is to be told, the most taken first. What another thread adds meanwhile may be missed. */
    Map<String, Integer> takeHot() {
        Map<String, Integer> hot = new LinkedHashMap<>();
        taken.getAndSet(new ConcurrentHashMap<>()).entrySet().stream()
                .filter(entry -> entry.getValue() >= WORTH_TELLING)
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_TOLD)
                .forEach(entry -> hot.put(entry.getKey(), entry.getValue()));
        return hot;
    }
}
