package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code meridian-client.js}, and what of the page is pure, have their tests in JavaScript, in {@code src/test/js}: this runs them
 * with {@code node --test}.
 */
class ClientModuleTest {
    private static final List<Path> SCRIPTS = List.of(Path.of("src/test/js/client"), Path.of("src/test/js/page"));
    private static final long BOUND_S = 300;

    @Test
    void theClientModuleAndThePageKeepTheirPromises() throws Exception {
        Path output = Files.createTempFile("client-module-", ".log");
        int status = node(output);
        assertThat(status)
                .withFailMessage(() -> "node --test:\n" + text(output))
                .isZero();
        Files.delete(output);
    }

    private static int node(Path output) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError("The tests of meridian-client.js need Node 18 or newer: install nodejs.", e);
        }
        if (!process.waitFor(BOUND_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return process.exitValue();
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=spec"));
        SCRIPTS.forEach(folder -> command.addAll(tests(folder)));
        return command;
    }

    private static List<String> tests(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("no tests in " + folder.toAbsolutePath(), e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
