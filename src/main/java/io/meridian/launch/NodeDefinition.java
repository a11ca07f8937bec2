package io.meridian.launch;

import static io.meridian.launch.ProcessDefinition.MAIN_PORT;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How one Meridian node is run here. Pure. */
final class NodeDefinition {
    /** Besides the HTTP port: what the nodes of a region speak to each other on. */
    static final List<String> PRIVATE_PORTS = List.of("cluster", "bus");

    private NodeDefinition() {}

    /**
     * One node and what it talks to.
     *
     * @param ports HTTP under {@code main}, {@code cluster} and {@code bus}
     * @param members the cluster ports of all nodes of the region, its own included
     * @param options more options for its JVM
     */
    record Site(
            String name,
            String region,
            int regionIndex,
            Map<String, Integer> ports,
            List<Integer> members,
            int kafkaPort,
            int cassandraPort,
            int redisPort,
            boolean rateLimits,
            List<String> options) {}

    static ProcessDefinition of(Site site, DataDirectory data, Installation installation) {
        String configuration =
                data.nodeConfiguration(site.region(), site.name()).toString();
        Path own = data.engineDirectory(site.region(), site.name());
        List<String> command = new ArrayList<>(List.of(
                installation.java().toString(),
                "-Xms96m",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ErrorFile=" + own.resolve("hs_err.log"),
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + own.resolve("tmp")));
        command.addAll(HAZELCAST_FLAGS);
        command.addAll(site.options());
        command.addAll(
                List.of("-cp", installation.nodeClassPath(), "io.meridian.Main", "node", "--conf", configuration));
        return new ProcessDefinition(
                site.name(),
                ProcessKind.NODE,
                site.region(),
                command,
                Map.of(),
                installation.home().toString(),
                site.ports(),
                data.log(site.name()).toString(),
                List.of(own.resolve("tmp").toString()),
                Map.of(configuration, configuration(site, data.signingKey())),
                Map.of());
    }

    /** The node's configuration file; everything it does not name has its default. */
    static String configuration(Site site, Path signingKey) {
        String members = site.members().stream()
                .map(port -> "\"127.0.0.1:" + port + "\"")
                .collect(Collectors.joining(", "));
        return """
                # Written by the launcher at every start.
                meridian {
                  region { name = "%1$s", index = %2$d }
                  node { name = "%3$s", role = "all" }
                  http { host = "127.0.0.1", port = %4$d }
                  cluster { host = "127.0.0.1", port = %5$d, bus-port = %6$d, members = [%7$s] }
                  kafka { bootstrap-servers = "127.0.0.1:%8$d" }
                  cassandra { contact-points = ["127.0.0.1:%9$d"], local-datacenter = "%1$s", keyspace = "meridian" }
                  redis { url = "redis://127.0.0.1:%10$d" }
                  auth { signing-key-file = "%11$s" }
                  limits { rates = %12$s }
                }
                """.formatted(
                        site.region(),
                        site.regionIndex(),
                        site.name(),
                        site.ports().get(MAIN_PORT),
                        site.ports().get("cluster"),
                        site.ports().get("bus"),
                        members,
                        site.kafkaPort(),
                        site.cassandraPort(),
                        site.redisPort(),
                        signingKey,
                        site.rateLimits() ? "on" : "off");
    }

    private static final List<String> HAZELCAST_FLAGS = List.of(
            "--add-modules",
            "java.se",
            "--add-exports",
            "java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "--add-opens",
            "java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens",
            "java.management/sun.management=ALL-UNNAMED",
            "--add-opens",
            "jdk.management/com.sun.management.internal=ALL-UNNAMED");
}
