package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testing.Cluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The command as a person uses it, with a real region. Every test leaves it running and healthy for the next. */
class LauncherIT {
    private static final Duration ENGINE_BACK_BOUND = Duration.ofSeconds(5);

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.of(1).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void statusIsHealthyAndNamesEveryProcess() {
        Cluster.Result status = cluster.meridian(List.of("status"));

        assertThat(status.exitCode()).isZero();
        assertThat(status.output())
                .contains("us-east-cassandra", "us-east-kafka", "us-east-redis", "us-east-node-1")
                .contains(cluster.urls().get(0).toString());
    }

    @Test
    void aSecondUpSaysThatItRunsAlready() {
        for (List<String> up : List.of(List.of("up", "--detach"), List.of("up"))) {
            Cluster.Result second = cluster.meridian(up);

            assertThat(second.exitCode()).isNotZero();
            assertThat(second.output().lines()).singleElement().asString().contains("already running");
        }
        assertThat(cluster.status()).isZero();
    }

    @Test
    void severalRegionsComeLater() {
        Cluster.Result up = cluster.meridian(List.of("up", "--regions", "us-east,eu-west"));

        assertThat(up.exitCode()).isEqualTo(2);
        assertThat(up.output().lines()).singleElement().asString().contains("later");
    }

    @Test
    void anEngineThatDiesIsStartedAgain() {
        long before = cluster.pid(cluster.redisName());

        cluster.kill(cluster.redisName());

        Awaitility.await()
                .atMost(ENGINE_BACK_BOUND)
                .until(() -> cluster.pid(cluster.redisName()) != before
                        && Probe.answers(
                                ProcessKind.REDIS,
                                cluster.process(cluster.redisName()).mainPort()));
    }

    @Test
    void aNodeThatDiesIsShownAndStartedByRestart() {
        String node = cluster.nodeNames().get(0);
        cluster.kill(node);

        Cluster.Result status = cluster.meridian(List.of("status"));
        assertThat(status.exitCode()).isNotZero();
        assertThat(status.output().lines().filter(line -> line.startsWith(node)))
                .singleElement()
                .asString()
                .contains("dead");

        cluster.restart(node);
        assertThat(cluster.status()).isZero();
    }

    @Test
    void restartWorksWhileNoLauncherLivesAndUpCleansUpAfterIt() {
        cluster.killSupervisor();
        cluster.kill(cluster.redisName());

        cluster.restart(cluster.redisName());
        assertThat(cluster.status()).isZero();

        int port = cluster.process(cluster.redisName()).mainPort();
        cluster.up();
        assertThat(cluster.status()).isZero();
        assertThat(cluster.process(cluster.redisName()).mainPort()).isEqualTo(port);
    }

    @Test
    void everythingKilledAtOnceStartsAgainOnTheSamePorts() {
        RunState before = cluster.state();

        cluster.killEverything();
        assertThat(cluster.status()).isNotZero();
        cluster.up();

        assertThat(cluster.status()).isZero();
        assertThat(cluster.state().processes())
                .extracting(RunState.Entry::ports)
                .isEqualTo(
                        before.processes().stream().map(RunState.Entry::ports).toList());
    }

    @Test
    void downLeavesNothingBehindAndSaysSoWhenNothingRuns() throws IOException {
        List<ProcessId> processes =
                cluster.state().processes().stream().map(RunState.Entry::id).toList();
        int httpPort = cluster.urls().get(0).getPort();

        cluster.down();

        assertThat(processes).noneMatch(ProcessId::isAlive);
        assertThat(OrphanSweep.ofRun(cluster.dataDirectory().toRealPath().toString()))
                .isEmpty();
        assertThat(Files.exists(cluster.dataDirectory().resolve("run.json"))).isFalse();
        assertThat(cluster.meridian(List.of("status")).output()).contains("nothing runs here");
        assertThat(cluster.meridian(List.of("down")).exitCode()).isZero();

        try (ServerSocket taken = new ServerSocket(httpPort, 1, InetAddress.getLoopbackAddress())) {
            Cluster.Result up = cluster.meridian(List.of("up", "--base-port", "" + taken.getLocalPort()));
            assertThat(up.exitCode()).isNotZero();
            assertThat(up.output().lines()).singleElement().asString().contains("port " + httpPort, "taken");
        }
        cluster.up();
        assertThat(cluster.status()).isZero();
    }

    @Test
    void logsShowWhatAProcessPrinted() {
        assertThat(cluster.meridian(List.of("logs", cluster.cassandraName())).output())
                .contains("CQL clients");
        assertThat(cluster.meridian(List.of("logs", "nobody")).exitCode()).isNotZero();
    }
}
