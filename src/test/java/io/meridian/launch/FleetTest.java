package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shells in the place of nodes and engines: what is looked at is who waits for whom. */
class FleetTest {
    /** Shorter than a node is given to stop: whoever waits for that stop is found out. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static final String LIVES = "exec sleep 600";

    /** Says that it was asked to stop, and stops when it is told to; started after that, it lives. */
    private static final String STOPS_WHEN_TOLD =
            "[ -e go ] && exec sleep 600; trap 'touch asked' TERM; touch up; until [ -e go ]; do sleep 0.05; done";

    @TempDir
    Path directory;

    private DataDirectory data;
    private Fleet fleet;

    @BeforeEach
    void begin() {
        data = DataDirectory.create(directory);
        fleet = new Fleet(data);
        fleet.begin(List.of());
    }

    @AfterEach
    void stop() {
        fleet.state()
                .map(RunState::processes)
                .orElse(List.of())
                .forEach(entry -> entry.id().kill());
        fleet.stopAll(line -> {});
    }

    @Test
    void anEngineThatDiesDoesNotWaitForANodeThatIsStopping() throws Exception {
        fleet.start(shell("node", ProcessKind.NODE, STOPS_WHEN_TOLD));
        long before = fleet.start(shell("redis", ProcessKind.REDIS, LIVES)).pid();
        await("up");
        CompletableFuture<RunState.Entry> restarted =
                CompletableFuture.supplyAsync(() -> fleet.restart("node", List.of()));
        await("asked");

        fleet.entry("redis").id().kill();
        RunState.Entry again = CompletableFuture.supplyAsync(() -> fleet.startIfDead("redis"))
                .get(BOUND.toSeconds(), TimeUnit.SECONDS)
                .orElseThrow();

        assertThat(again.pid()).isNotEqualTo(before);
        assertThat(restarted).isNotDone();
        Files.createFile(directory.resolve("go"));
        assertThat(restarted.get(BOUND.toSeconds(), TimeUnit.SECONDS).name()).isEqualTo("node");
    }

    @Test
    void whoeverStartsItFirstWhileItIsRestartedIsEnough() throws Exception {
        long before =
                fleet.start(shell("redis", ProcessKind.REDIS, STOPS_WHEN_TOLD)).pid();
        await("up");
        CompletableFuture<RunState.Entry> restarted =
                CompletableFuture.supplyAsync(() -> fleet.restart("redis", List.of()));
        await("asked");

        // The end of the stop, and the supervisor's look at it.
        Files.createFile(directory.resolve("go"));
        Awaitility.await().atMost(BOUND).until(() -> fleet.startIfDead("redis").isPresent() || restarted.isDone());

        assertThat(restarted.get(BOUND.toSeconds(), TimeUnit.SECONDS).pid())
                .isNotEqualTo(before)
                .isEqualTo(fleet.entry("redis").pid());
        assertThat(OrphanSweep.ofRun(data.root().toString())).hasSize(1);
    }

    private void await(String file) {
        Awaitility.await().atMost(BOUND).until(() -> Files.exists(directory.resolve(file)));
    }

    private ProcessDefinition shell(String name, ProcessKind kind, String script) {
        return new ProcessDefinition(
                name,
                kind,
                "us-east",
                List.of("/bin/sh", "-c", script),
                Map.of(),
                directory.toString(),
                Map.of("main", 1),
                data.log(name).toString(),
                List.of(),
                Map.of(),
                Map.of());
    }
}
