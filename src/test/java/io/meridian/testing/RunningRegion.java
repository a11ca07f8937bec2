package io.meridian.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a region of two nodes, started once and shared by every test of the run, and each test a {@link ClientWorld} of its
 * own. Tests make users of their own, so that none disturbs another; a test that breaks things takes its own {@link Cluster}.
 */
public final class RunningRegion implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(RunningRegion.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == ClientWorld.class || type == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() == Cluster.class) {
            return cluster(context);
        }
        return context.getStore(NAMESPACE)
                .computeIfAbsent(
                        ClientWorld.class,
                        key -> new ClientWorld(cluster(context).urls(), ClientTiming.DEFAULT, Seeds.next()),
                        ClientWorld.class);
    }

    private static Cluster cluster(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        Cluster.class, key -> Cluster.of(2).withoutLimits().start(), Cluster.class);
    }
}
