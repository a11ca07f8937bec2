package io.meridian.launch;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;

/**
 * Which process has which port. Chosen once and remembered, so that a restarted run is found where it was. Pure.
 *
 * @param ports process name → purpose → port
 */
record PortPlan(@JsonValue Map<String, Map<String, Integer>> ports) {
    static final PortPlan EMPTY = new PortPlan(Map.of());

    @JsonCreator
    PortPlan(Map<String, Map<String, Integer>> ports) {
        Map<String, Map<String, Integer>> copy = new TreeMap<>();
        ports.forEach((process, byPurpose) -> copy.put(process, Map.copyOf(byPurpose)));
        this.ports = copy;
    }

    Map<String, Integer> of(String process) {
        return ports.getOrDefault(process, Map.of());
    }

    /**
     * This plan, completed: what is remembered and still free stays, the rest is chosen anew. Processes that are not wanted
     * now keep what they had, for a later start with them.
     *
     * @param wanted process → purposes
     */
    PortPlan complete(Map<String, List<String>> wanted, IntPredicate isFree, IntSupplier next) {
        Map<String, Map<String, Integer>> result = new LinkedHashMap<>(ports);
        wanted.forEach((process, purposes) -> {
            Map<String, Integer> chosen = new LinkedHashMap<>();
            for (String purpose : purposes) {
                Integer remembered = of(process).get(purpose);
                chosen.put(purpose, remembered != null && isFree.test(remembered) ? remembered : next.getAsInt());
            }
            result.put(process, chosen);
        });
        return new PortPlan(result);
    }
}
