package io.meridian.launch;

import static io.meridian.launch.ProcessDefinition.MAIN_PORT;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPlanTest {
    private static final UpOptions OPTIONS =
            new UpOptions(List.of("us-east"), 2, false, true, 8080, List.of("-Dmeridian.test=yes"));

    @TempDir
    Path home;

    private RunPlan plan;
    private PortPlan ports;
    private DataDirectory data;

    @BeforeEach
    void makePlan() throws Exception {
        for (String engine : List.of("kafka", "cassandra")) {
            Path file = home.resolve(".build").resolve(engine + ".classpath");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "/jars/" + engine + ".jar\n");
        }
        Installation installation =
                new Installation(home, Path.of("/jdk/bin/java"), Path.of("/jdk17/bin/java"), "/jars/node.jar");
        data = new DataDirectory(home.resolve("data"));
        AtomicInteger next = new AtomicInteger(20_000);
        ports = PortPlan.EMPTY.complete(RunPlan.portsWanted(OPTIONS), port -> true, next::getAndIncrement);
        EngineDefinitions definitions =
                new EngineDefinitions(installation, () -> Path.of("/bin/redis-server"), () -> new UUID(1, 2));
        plan = RunPlan.of(OPTIONS, ports, data, installation, definitions);
    }

    @Test
    void showsARegionWithAUrlForEachNode() {
        assertThat(plan.regions())
                .containsExactly(new RunState.Region(
                        "us-east",
                        "http://127.0.0.1:8080",
                        List.of(
                                new RunState.Node("us-east-node-1", "http://127.0.0.1:8080"),
                                new RunState.Node("us-east-node-2", "http://127.0.0.1:8090"))));
    }

    @Test
    void namesProcessesByRegionAndKind() {
        assertThat(plan.engines())
                .extracting(ProcessDefinition::name)
                .containsExactlyInAnyOrder("us-east-cassandra", "us-east-kafka", "us-east-redis");
        assertThat(plan.nodes())
                .extracting(ProcessDefinition::name)
                .containsExactly("us-east-node-1", "us-east-node-2");
    }

    @Test
    void aNodesConfigurationNamesItsEnginesAndEveryMember() {
        Config node = configuration("us-east-node-2");

        assertThat(node.getString("region.name")).isEqualTo("us-east");
        assertThat(node.getInt("region.index")).isZero();
        assertThat(node.getString("node.name")).isEqualTo("us-east-node-2");
        assertThat(node.getInt("http.port")).isEqualTo(8090);
        assertThat(node.getString("kafka.bootstrap-servers"))
                .isEqualTo("127.0.0.1:" + port("us-east-kafka", MAIN_PORT));
        assertThat(node.getStringList("cassandra.contact-points"))
                .containsExactly("127.0.0.1:" + port("us-east-cassandra", MAIN_PORT));
        assertThat(node.getString("cassandra.local-datacenter")).isEqualTo("us-east");
        assertThat(node.getString("redis.url")).isEqualTo("redis://127.0.0.1:" + port("us-east-redis", MAIN_PORT));
        assertThat(node.getInt("cluster.port")).isEqualTo(port("us-east-node-2", "cluster"));
        assertThat(node.getInt("cluster.bus-port")).isEqualTo(port("us-east-node-2", "bus"));
        assertThat(node.getStringList("cluster.members"))
                .containsExactly(
                        "127.0.0.1:" + port("us-east-node-1", "cluster"),
                        "127.0.0.1:" + port("us-east-node-2", "cluster"));
        assertThat(node.getString("auth.signing-key-file"))
                .isEqualTo(data.signingKey().toString());
        assertThat(node.getBoolean("limits.rates")).isFalse();
    }

    @Test
    void optionsForNodesComeBeforeTheClassPath() {
        List<String> command = definition("us-east-node-1").command();

        assertThat(command).startsWith("/jdk/bin/java").contains("-Dmeridian.test=yes", "/jars/node.jar");
        assertThat(command.indexOf("-Dmeridian.test=yes")).isLessThan(command.indexOf("-cp"));
        assertThat(command)
                .endsWith(
                        "io.meridian.Main",
                        "node",
                        "--conf",
                        data.nodeConfiguration("us-east", "us-east-node-1").toString());
    }

    @Test
    void enginesListenOnLoopbackOnly() {
        String kafka = file("us-east-kafka", "server.properties");
        String cassandra = file("us-east-cassandra", "cassandra.yaml");

        assertThat(kafka.lines().filter(line -> line.contains("listeners=")))
                .isNotEmpty()
                .allMatch(line -> Stream.of(line.split(",")).allMatch(listener -> listener.contains("://127.0.0.1:")));
        assertThat(cassandra).contains("\nlisten_address: 127.0.0.1\n", "\nrpc_address: 127.0.0.1\n");
        assertThat(definition("us-east-redis").command()).containsSequence("--bind", "127.0.0.1");
    }

    @Test
    void cassandraNeverAcknowledgesWhatIsNotOnDisk() {
        assertThat(file("us-east-cassandra", "cassandra.yaml")).contains("\ncommitlog_sync: batch\n");
    }

    @Test
    void cassandraRunsOnItsOwnJdkAsTheRegionsDataCentre() {
        assertThat(definition("us-east-cassandra").command()).startsWith("/jdk17/bin/java");
        assertThat(file("us-east-cassandra", "cassandra-rackdc.properties")).contains("dc=us-east");
    }

    @Test
    void redisIsDurableAndRefusesRatherThanEvicts() {
        assertThat(definition("us-east-redis").command())
                .containsSequence("--appendonly", "yes")
                .containsSequence("--appendfsync", "everysec")
                .containsSequence("--save", "")
                .containsSequence("--maxmemory-policy", "noeviction");
    }

    @Test
    void aKafkaLogKeepsItsIdentity() {
        ProcessDefinition kafka = definition("us-east-kafka");

        assertThat(kafka.firstFiles()).hasSize(1);
        assertThat(kafka.firstFiles().values().iterator().next()).contains("cluster.id=", "directory.id=");
        assertThat(kafka.files().keySet()).noneMatch(path -> path.endsWith("meta.properties"));
    }

    @Test
    void aDefinitionSurvivesItsFile() throws Exception {
        for (ProcessDefinition definition : plan.engines()) {
            assertThat(Json.read(Json.write(definition), ProcessDefinition.class))
                    .isEqualTo(definition);
        }
    }

    private Config configuration(String node) {
        return ConfigFactory.parseString(file(node, ".conf")).getConfig("meridian");
    }

    private String file(String process, String end) {
        return definition(process).files().entrySet().stream()
                .filter(file -> file.getKey().endsWith(end))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    private ProcessDefinition definition(String name) {
        return Stream.concat(plan.engines().stream(), plan.nodes().stream())
                .filter(definition -> definition.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private int port(String process, String purpose) {
        return ports.of(process).get(purpose);
    }
}
