package io.meridian.launch;

import static io.meridian.launch.ProcessDefinition.MAIN_PORT;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything a run consists of, before anything is started.
 *
 * @param regions as {@code run.json} shows them
 * @param engines start first, all at once
 * @param nodes start when every engine serves, all at once
 */
record RunPlan(List<RunState.Region> regions, List<ProcessDefinition> engines, List<ProcessDefinition> nodes) {
    private static final List<ProcessKind> ENGINES =
            List.of(ProcessKind.CASSANDRA, ProcessKind.KAFKA, ProcessKind.REDIS);

    /** The ports to be chosen: everything but the nodes' HTTP ports, which follow from the options. */
    static Map<String, List<String>> portsWanted(UpOptions options) {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        for (String region : options.regions()) {
            ENGINES.forEach(kind -> wanted.put(engineName(region, kind), EngineDefinitions.portsOf(kind)));
            for (int n = 1; n <= options.nodes(); n++) {
                wanted.put(nodeName(region, n), NodeDefinition.PRIVATE_PORTS);
            }
        }
        return wanted;
    }

    static RunPlan of(
            UpOptions options,
            PortPlan ports,
            DataDirectory data,
            Installation installation,
            EngineDefinitions definitions) {
        List<RunState.Region> regions = new ArrayList<>();
        List<ProcessDefinition> engines = new ArrayList<>();
        List<ProcessDefinition> nodes = new ArrayList<>();
        for (int index = 0; index < options.regions().size(); index++) {
            String region = options.regions().get(index);
            for (ProcessKind kind : ENGINES) {
                String name = engineName(region, kind);
                engines.add(definitions.define(
                        kind,
                        new EngineSite(
                                name,
                                region,
                                index,
                                data.engineDirectory(region, name),
                                data.log(name),
                                ports.of(name))));
            }
            List<RunState.Node> urls = new ArrayList<>();
            for (int n = 1; n <= options.nodes(); n++) {
                NodeDefinition.Site site = nodeSite(options, ports, region, index, n);
                nodes.add(NodeDefinition.of(site, data, installation));
                urls.add(new RunState.Node(site.name(), "http://127.0.0.1:" + options.httpPort(index, n)));
            }
            regions.add(new RunState.Region(region, urls.get(0).url(), urls));
        }
        return new RunPlan(regions, engines, nodes);
    }

    private static NodeDefinition.Site nodeSite(UpOptions options, PortPlan ports, String region, int index, int n) {
        String name = nodeName(region, n);
        Map<String, Integer> own = new HashMap<>(ports.of(name));
        own.put(MAIN_PORT, options.httpPort(index, n));
        List<Integer> members = new ArrayList<>();
        for (int m = 1; m <= options.nodes(); m++) {
            members.add(ports.of(nodeName(region, m)).get("cluster"));
        }
        return new NodeDefinition.Site(
                name,
                region,
                index,
                own,
                members,
                ports.of(engineName(region, ProcessKind.KAFKA)).get(MAIN_PORT),
                ports.of(engineName(region, ProcessKind.CASSANDRA)).get(MAIN_PORT),
                ports.of(engineName(region, ProcessKind.REDIS)).get(MAIN_PORT),
                options.rateLimits(),
                options.nodeOptions());
    }

    static String engineName(String region, ProcessKind kind) {
        return region + "-" + kind.label();
    }

    static String nodeName(String region, int number) {
        return region + "-node-" + number;
    }
}
