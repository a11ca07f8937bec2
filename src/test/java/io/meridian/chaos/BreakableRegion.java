package io.meridian.chaos;

import static org.awaitility.Awaitility.await;

import io.meridian.launch.RunState;
import io.meridian.testing.Cluster;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A region of two nodes for the tests that break it: one for all of them, whole again before each. */
final class BreakableRegion implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(BreakableRegion.class);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(120);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        Cluster.class, key -> Cluster.of(2).withoutLimits().start(), Cluster.class);
    }

    /** Wakes what a test left stopped, starts the nodes that it left dead, and waits for the engines, which come back by themselves. */
    static void makeWhole(Cluster cluster) {
        for (RunState.Entry process : cluster.state().processes()) {
            if (process.id().isAlive()) {
                process.id().signal("CONT");
            }
        }
        for (String node : cluster.nodeNames()) {
            if (!cluster.process(node).id().isAlive()) {
                cluster.restart(node);
            }
        }
        await("a whole region")
                .atMost(WHOLE_WITHIN)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> cluster.status() == 0);
    }
}
