package io.meridian.launch;

import static io.meridian.launch.ProcessDefinition.MAIN_PORT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How Cassandra is run here: one node that is its region's data centre, nothing acknowledged before it is on disk. Pure. */
final class CassandraDefinition {
    /** Clients use the first; nodes of other regions would use the other. */
    static final List<String> PORTS = List.of(MAIN_PORT, "storage");

    private static final List<String> EXPORTS = List.of(
            "java.base/jdk.internal.misc",
            "java.base/java.lang.ref",
            "java.management.rmi/com.sun.jmx.remote.internal.rmi",
            "java.rmi/sun.rmi.registry",
            "java.rmi/sun.rmi.server",
            "java.sql/java.sql",
            "jdk.unsupported/sun.misc",
            "jdk.compiler/com.sun.tools.javac.file",
            "jdk.attach/sun.tools.attach");

    private static final List<String> OPENS = List.of(
            "java.base/java.lang.module",
            "java.base/jdk.internal.loader",
            "java.base/jdk.internal.ref",
            "java.base/jdk.internal.reflect",
            "java.base/jdk.internal.math",
            "java.base/jdk.internal.module",
            "java.base/jdk.internal.util.jar",
            "java.base/sun.nio.ch",
            "java.base/java.io",
            "java.base/java.nio",
            "java.base/java.lang.reflect",
            "java.base/java.lang",
            "java.base/java.util",
            "jdk.management/com.sun.management.internal",
            "jdk.compiler/com.sun.tools.javac");

    private CassandraDefinition() {}

    static ProcessDefinition of(EngineSite site, String java, String classPath) {
        String yaml = site.path("conf/cassandra.yaml");
        String rack = site.path("conf/cassandra-rackdc.properties");
        String logging = site.path("conf/logback.xml");
        List<String> command = new ArrayList<>(List.of(
                java,
                "-Xms96m",
                "-Xmx512m",
                "-Xss256k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djdk.attach.allowAttachSelf=true"));
        EXPORTS.forEach(of -> command.addAll(List.of("--add-exports", of + "=ALL-UNNAMED")));
        OPENS.forEach(of -> command.addAll(List.of("--add-opens", of + "=ALL-UNNAMED")));
        command.addAll(List.of(
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + site.path("tmp"),
                "-Djna.tmpdir=" + site.path("tmp"),
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-Dcassandra-foreground=yes",
                "-Dcassandra.config=file://" + yaml,
                "-Dcassandra-rackdc.properties=file://" + rack,
                "-Dcassandra.storagedir=" + site.path("data"),
                "-Dlogback.configurationFile=file://" + logging,
                "-Dcassandra.skip_wait_for_gossip_to_settle=0",
                "-Dcassandra.superuser_setup_delay_ms=0",
                // Measured once; left out, every start measures it again for two seconds.
                "-Dcassandra.memtable.row_overhead_size=180",
                "-Dcassandra.shutdown_announce_in_ms=0",
                "-cp",
                classPath,
                "org.apache.cassandra.service.CassandraDaemon"));
        return new ProcessDefinition(
                site.name(),
                ProcessKind.CASSANDRA,
                site.region(),
                command,
                Map.of(),
                site.directory().toString(),
                site.ports(),
                site.log().toString(),
                List.of(site.path("conf"), site.path("data"), site.path("tmp")),
                Map.of(yaml, yaml(site), rack, "dc=%s%nrack=rack1%n".formatted(site.region()), logging, LOGGING),
                Map.of());
    }

    static String yaml(EngineSite site) {
        return """
                cluster_name: meridian
                partitioner: org.apache.cassandra.dht.Murmur3Partitioner
                num_tokens: 1
                initial_token: %3$d
                auto_bootstrap: false
                endpoint_snitch: GossipingPropertyFileSnitch
                dynamic_snitch: false
                phi_convict_threshold: 12
                seed_provider:
                  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
                    parameters:
                      - seeds: "127.0.0.1:%2$d"
                listen_address: 127.0.0.1
                storage_port: %2$d
                rpc_address: 127.0.0.1
                start_native_transport: true
                native_transport_port: %1$d

                data_file_directories: ["%4$s/data"]
                commitlog_directory: "%4$s/commitlog"
                saved_caches_directory: "%4$s/saved_caches"
                hints_directory: "%4$s/hints"
                cdc_raw_directory: "%4$s/cdc_raw"

                # Never periodic: that acknowledges what a SIGKILL takes away.
                commitlog_sync: batch
                commitlog_segment_size: 16MiB
                commitlog_total_space: 512MiB
                paxos_variant: v2

                # A machine of two cores under load answers late, not wrongly.
                read_request_timeout: 5s
                range_request_timeout: 10s
                write_request_timeout: 5s
                cas_contention_timeout: 2s

                memtable_heap_space: 96MiB
                memtable_offheap_space: 96MiB
                file_cache_size: 32MiB
                key_cache_size: 8MiB
                counter_cache_size: 0MiB
                concurrent_compactors: 1
                auto_snapshot: false
                """.formatted(site.port(MAIN_PORT), site.port("storage"), token(site.regionIndex()), site.path("data"));
    }

    /** Different for every region, as nodes of one ring must be; which values does not matter while each holds everything. */
    private static long token(int regionIndex) {
        return regionIndex * (Long.MAX_VALUE / 16);
    }

    private static final String LOGGING = """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%date{ISO8601} %-5level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="out"/></root>
              <logger name="org.apache.cassandra.transport" level="INFO"/>
              <logger name="org.apache.cassandra.db.commitlog.CommitLog" level="INFO"/>
            </configuration>
            """;
}
