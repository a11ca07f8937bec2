package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class PortPlanTest {
    private static final Map<String, List<String>> WANTED =
            Map.of("us-east-kafka", List.of("main", "controller"), "us-east-redis", List.of("main"));
    private static final IntPredicate ALL_FREE = port -> true;

    private final AtomicInteger next = new AtomicInteger(20_000);

    @Test
    void choosesAPortForEveryPurpose() {
        PortPlan plan = PortPlan.EMPTY.complete(WANTED, ALL_FREE, next::getAndIncrement);

        assertThat(plan.of("us-east-kafka")).containsOnlyKeys("main", "controller");
        assertThat(plan.of("us-east-redis")).containsOnlyKeys("main");
        assertThat(plan.ports().values().stream().flatMap(ports -> ports.values().stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void keepsWhatItRemembers() {
        PortPlan first = PortPlan.EMPTY.complete(WANTED, ALL_FREE, next::getAndIncrement);

        assertThat(first.complete(WANTED, ALL_FREE, next::getAndIncrement)).isEqualTo(first);
    }

    @Test
    void replacesOnlyThePortThatSomebodyElseTook() {
        PortPlan first = PortPlan.EMPTY.complete(WANTED, ALL_FREE, next::getAndIncrement);
        int taken = first.of("us-east-kafka").get("main");

        PortPlan second = first.complete(WANTED, port -> port != taken, next::getAndIncrement);

        assertThat(second.of("us-east-kafka").get("main")).isNotEqualTo(taken);
        assertThat(second.of("us-east-kafka").get("controller"))
                .isEqualTo(first.of("us-east-kafka").get("controller"));
        assertThat(second.of("us-east-redis")).isEqualTo(first.of("us-east-redis"));
    }

    @Test
    void keepsThePortsOfANodeThatIsNotWantedNow() {
        PortPlan two = PortPlan.EMPTY.complete(
                Map.of("node-1", List.of("bus"), "node-2", List.of("bus")), ALL_FREE, next::getAndIncrement);

        PortPlan one = two.complete(Map.of("node-1", List.of("bus")), ALL_FREE, next::getAndIncrement);

        assertThat(one.of("node-2")).isEqualTo(two.of("node-2"));
    }

    @Test
    void survivesItsFile() throws Exception {
        PortPlan plan = PortPlan.EMPTY.complete(WANTED, ALL_FREE, next::getAndIncrement);

        assertThat(Json.read(Json.write(plan), PortPlan.class)).isEqualTo(plan);
        assertThat(Json.write(plan)).contains("\"us-east-redis\"").doesNotContain("\"ports\"");
        assertThat(plan.ports().keySet()).isEqualTo(Set.of("us-east-kafka", "us-east-redis"));
    }
}
