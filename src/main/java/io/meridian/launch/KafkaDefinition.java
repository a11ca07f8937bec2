package io.meridian.launch;

import static io.meridian.launch.ProcessDefinition.MAIN_PORT;

import java.util.List;
import java.util.Map;

/** How Kafka is run here: KRaft, broker and controller in one process, one copy of everything. Pure. */
final class KafkaDefinition {
    /** Clients use the first; the controller listens on the other. */
    static final List<String> PORTS = List.of(MAIN_PORT, "controller");

    private KafkaDefinition() {}

    /**
     * @param clusterId 16 random bytes in base64url; used only if nothing is stored yet
     * @param directoryId the same for the log directory
     */
    static ProcessDefinition of(EngineSite site, String java, String classPath, String clusterId, String directoryId) {
        String properties = site.path("server.properties");
        String logging = site.path("log4j2.properties");
        return new ProcessDefinition(
                site.name(),
                ProcessKind.KAFKA,
                site.region(),
                List.of(
                        java,
                        "-Xms64m",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.awt.headless=true",
                        "-Djava.io.tmpdir=" + site.path("tmp"),
                        "-Dlog4j2.configurationFile=" + logging,
                        "-cp",
                        classPath,
                        "kafka.Kafka",
                        properties),
                Map.of(),
                site.directory().toString(),
                site.ports(),
                site.log().toString(),
                List.of(site.path("data"), site.path("tmp")),
                Map.of(properties, serverProperties(site), logging, LOGGING),
                // Formatted by hand: the tool that does it costs another JVM start.
                Map.of(site.path("data/meta.properties"), metaProperties(clusterId, directoryId)));
    }

    static String serverProperties(EngineSite site) {
        int client = site.port(MAIN_PORT);
        int controller = site.port("controller");
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                log.dirs=%3$s

                # One broker holds the only copy. What it acknowledged is in the system's page cache at least, so it
                # outlives the process, not the machine.
                default.replication.factor=1
                min.insync.replicas=1
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                share.coordinator.state.topic.num.partitions=1
                auto.create.topics.enable=false

                # A broker that was killed is unknown to its controller only after its session: short, or the next
                # start is refused as a duplicate for many seconds.
                broker.session.timeout.ms=2000
                broker.heartbeat.interval.ms=500
                group.initial.rebalance.delay.ms=0
                group.min.session.timeout.ms=1000

                # Small: one machine carries everything.
                num.network.threads=2
                num.io.threads=4
                log.cleaner.dedupe.buffer.size=2097152
                """.formatted(client, controller, site.path("data"));
    }

    private static String metaProperties(String clusterId, String directoryId) {
        return """
                version=1
                cluster.id=%s
                node.id=1
                directory.id=%s
                """.formatted(clusterId, directoryId);
    }

    private static final String LOGGING = """
            status=error
            appender.out.type=Console
            appender.out.name=out
            appender.out.layout.type=PatternLayout
            appender.out.layout.pattern=%d{ISO8601} %-5p %c{1} %m%n
            rootLogger.level=warn
            rootLogger.appenderRef.out.ref=out
            logger.server.name=kafka.server.KafkaRaftServer
            logger.server.level=info
            logger.app.name=org.apache.kafka.common.utils.AppInfoParser
            logger.app.level=info
            """;
}
