package io.meridian.launch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What {@code meridian up} was asked for.
 *
 * @param regions names, first first
 * @param nodes in every region
 * @param rateLimits off for measurements
 * @param restartEngines whether an engine that died is started again
 * @param basePort HTTP port of the first region's first node
 * @param nodeOptions more options for the nodes' JVMs; for tests
 */
record UpOptions(
        List<String> regions,
        int nodes,
        boolean rateLimits,
        boolean restartEngines,
        int basePort,
        List<String> nodeOptions) {
    /** What one machine carries, and few enough for two regions' ports to interleave. */
    private static final int MOST_NODES = 9;

    private static final int STEP_BETWEEN_NODES = 10;
    private static final Pattern REGION_NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    UpOptions {
        regions = List.copyOf(regions);
        nodeOptions = List.copyOf(nodeOptions);
        if (regions.isEmpty() || new HashSet<>(regions).size() != regions.size()) {
            throw LaunchException.usage("--regions takes names, each once; got " + String.join(",", regions));
        }
        for (String region : regions) {
            if (!REGION_NAME.matcher(region).matches() || region.length() > 32) {
                throw LaunchException.usage("--regions: '" + region
                        + "' is no region name; use lower-case letters, digits and dashes, as in us-east");
            }
        }
        if (regions.size() > 1) {
            throw LaunchException.usage(
                    "--regions " + String.join(",", regions) + ": several regions come later; for now start one");
        }
        if (nodes < 1 || nodes > MOST_NODES) {
            throw LaunchException.usage("--nodes " + nodes + ": between 1 and " + MOST_NODES);
        }
        int last = basePort + regions.size() - 1 + STEP_BETWEEN_NODES * (nodes - 1);
        if (basePort < 1 || last > 65_535) {
            throw LaunchException.usage(
                    "--base-port " + basePort + ": leaves no room for the ports of " + nodes + " nodes");
        }
    }

    /**
     * @param region 0 for the first
     * @param node 1 for the first
     */
    int httpPort(int region, int node) {
        return basePort + region + STEP_BETWEEN_NODES * (node - 1);
    }

    /** The command line that asks for the same. */
    List<String> toArguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--regions",
                String.join(",", regions),
                "--nodes",
                Integer.toString(nodes),
                "--limits",
                rateLimits ? "on" : "off",
                "--base-port",
                Integer.toString(basePort)));
        if (!restartEngines) {
            arguments.add("--no-restart");
        }
        nodeOptions.forEach(option -> arguments.add("--node-option=" + option));
        return arguments;
    }
}
