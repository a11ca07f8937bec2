package io.meridian.chaos;

import io.meridian.testing.Cluster;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A region of two nodes for the tests that break it: one for all of them, whole again before each. */
final class BreakableRegion implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(BreakableRegion.class);

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

    /** Starts the nodes that a test left dead; engines come back by themselves. */
    static void makeWhole(Cluster cluster) {
        for (String node : cluster.nodeNames()) {
            if (!cluster.process(node).id().isAlive()) {
                cluster.restart(node);
            }
        }
    }
}
