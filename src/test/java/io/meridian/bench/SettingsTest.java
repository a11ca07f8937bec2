package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SettingsTest {
    @Test
    void defaultsMakeSense() {
        Settings settings = with(options -> {});
        assertThat(settings.users()).isEqualTo(200);
        assertThat(settings.rate()).isEqualTo(300);
        assertThat(settings.seconds()).isEqualTo(30);
        assertThat(settings.scenario()).isEqualTo(Scenario.PAIRS);
        assertThat(settings.accounts()).isEqualTo(200);
    }

    @Test
    void idleConnectionsShareAccounts() {
        Settings settings = with(options -> {
            options.scenario = Scenario.IDLE;
            options.connections = 41;
        });
        assertThat(settings.accounts()).isEqualTo(3);
    }

    @Test
    void whatMakesNoSenseIsRefusedByName() {
        refused("--users 7", options -> options.users = 7);
        refused("--users 201", options -> {
            options.scenario = Scenario.GROUP;
            options.users = 201;
        });
        refused("--rate", options -> options.rate = 0);
        refused("--seconds", options -> options.seconds = 0);
        refused("--warmup", options -> options.warmup = 900);
        refused("--group-size", options -> options.groupSize = 501);
        refused("--connections", options -> options.connections = 0);
        refused("--loops", options -> options.loops = 0);
        refused("--settle", options -> options.settle = 0);
        refused("--seed", options -> options.seed = "Not A Name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.of(options(), List.of(URI.create("ftp://x")), "s"))
                .withMessageContaining("--url");
    }

    @Test
    void theRunFileTellsNodesAndProcesses(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("run.json");
        assertThat(RunFile.read(file)).isEmpty();
        Files.writeString(
                file,
                "{\"regions\":[{\"name\":\"us\",\"url\":\"http://127.0.0.1:1\",\"nodes\":[{\"name\":\"n1\",\"url\":\"http://127.0.0.1:1\"},"
                        + "{\"name\":\"n2\",\"url\":\"http://127.0.0.1:2\"}]}],\"processes\":[{\"name\":\"us-kafka\",\"kind\":\"kafka\","
                        + "\"region\":\"us\",\"pid\":42,\"ports\":{\"main\":9092}}]}");
        RunFile run = RunFile.read(file).orElseThrow();
        assertThat(run.urls()).containsExactly(URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.1:2"));
        assertThat(run.ofKind("kafka")).containsExactly(new RunFile.Entry("us-kafka", "kafka", "us", 42, 9092));
    }

    private static void refused(String name, Consumer<BenchOptions> change) {
        assertThatIllegalArgumentException().isThrownBy(() -> with(change)).withMessageContaining(name);
    }

    private static Settings with(Consumer<BenchOptions> change) {
        BenchOptions options = options();
        change.accept(options);
        return Settings.of(options, List.of(), "s");
    }

    private static BenchOptions options() {
        BenchOptions options = new BenchOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("bench", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs();
        return options;
    }
}
