package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testing.Cluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a person uses it, with a real region. Every test leaves it running and healthy for the next. */
class LauncherIT {
    /** The promise is 5 s to the start of an engine; a busy machine must not decide over the test. The launcher gives up earlier itself. */
    private static final Duration BOUND = Duration.ofMinutes(5);

    private static final int INTERRUPTED = 128 + 2;

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
    void enginesThatDieAreStartedAgain() {
        List<String> engines = List.of(cluster.kafkaName(), cluster.cassandraName(), cluster.redisName());
        List<Long> before = engines.stream().map(cluster::pid).toList();

        engines.forEach(cluster::kill);

        Awaitility.await().atMost(BOUND).until(() -> cluster.status() == 0);
        assertThat(engines.stream().map(cluster::pid)).doesNotContainAnyElementsOf(before);
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
        Cluster.Result status = cluster.meridian(List.of("status"));
        assertThat(status.exitCode()).as("nobody would start an engine again").isNotZero();
        assertThat(status.output())
                .contains("the launcher was killed")
                .doesNotContain(StatusTable.DEAD, StatusTable.SILENT);

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
    void ctrlCStopsWhatRunsInTheForegroundAndNoRestartLeavesAnEngineDead(@TempDir Path directory) throws Exception {
        String redis = cluster.redisName();
        cluster.down();
        Path said = directory.resolve("said");
        Process up = cluster.upInForeground(said, "--no-restart");
        try {
            awaitSaid(up, said, Cluster.REGION + "  http://127.0.0.1:");
            List<ProcessId> processes =
                    cluster.state().processes().stream().map(RunState.Entry::id).toList();
            long dead = cluster.pid(redis);

            cluster.kill(redis);
            awaitSaid(up, said, redis + " (process " + dead + ") died; start it with: meridian restart " + redis);
            assertThat(cluster.pid(redis)).isEqualTo(dead);
            cluster.restart(redis);
            assertThat(cluster.pid(redis)).isNotEqualTo(dead);

            ProcessId.of(up.pid()).orElseThrow().signal("INT");
            assertThat(up.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(up.exitValue()).isEqualTo(INTERRUPTED);
            assertThat(processes).noneMatch(ProcessId::isAlive);
            assertThat(OrphanSweep.ofRun(cluster.dataDirectory().toRealPath().toString()))
                    .isEmpty();
            assertThat(cluster.dataDirectory().resolve("run.json")).doesNotExist();
        } finally {
            up.destroyForcibly().waitFor();
            cluster.up();
        }
        assertThat(cluster.status()).isZero();
    }

    private static void awaitSaid(Process up, Path said, String words) {
        Awaitility.await()
                .atMost(BOUND)
                .failFast("up ended", () -> !up.isAlive())
                .untilAsserted(() -> assertThat(Files.readString(said)).contains(words));
    }

    @Test
    void logsShowWhatAProcessPrinted() {
        assertThat(cluster.meridian(List.of("logs", cluster.cassandraName())).output())
                .contains("CQL clients");
        assertThat(cluster.meridian(List.of("logs", "nobody")).exitCode()).isNotZero();
    }
}
