package io.meridian.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The process that measures. Standard output: one JSON document. Standard error: progress. */
@Command(name = "bench")
public final class Main implements Callable<Integer> {
    private static final int FAILED = 1;

    @Mixin
    private BenchOptions options;

    @Option(names = "--data")
    private Path data;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        try {
            String document =
                    Api.MAPPER.copy().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(measure());
            System.out.println(document);
            return 0;
        } catch (BenchException | IllegalArgumentException e) {
            progress(e.getMessage());
            return FAILED;
        } catch (Exception e) {
            // Vert.x throws what a future failed with, checked or not: a node that does not answer is no defect of this
            // program.
            if (e instanceof IOException || e instanceof TimeoutException || e instanceof VertxException) {
                progress("the server cannot be measured: " + e);
                return FAILED;
            }
            throw e;
        }
    }

    private Object measure() {
        Path home = Path.of(System.getProperty("meridian.home", "")).toAbsolutePath();
        Path directory = data == null ? home.resolve(".meridian") : data;
        RunFile run = RunFile.read(directory.resolve("run.json")).orElse(new RunFile(List.of(), List.of()));
        List<URI> urls = options.urls.isEmpty() ? run.urls() : options.urls;
        if (urls.isEmpty()) {
            throw new BenchException("nothing runs in " + directory + "; start it with: meridian up, or say --url");
        }
        Settings settings = Settings.of(options, urls, Long.toString(System.nanoTime() & 0xffff_ffffL, 36));
        Processes processes =
                new Processes(run.processes(), ProcessHandle.current().pid());
        Measurement measurement = new Measurement(settings);
        if (run.processes().isEmpty()) {
            measurement.warn("no run.json in " + directory + ": no processor times and no memory of the server");
        }
        measurement.put("machine", Machine.describe());
        measurement.put("versions", Machine.versions(home));
        measurement.put("loadBefore", Machine.load());
        try (Bench bench = new Bench(settings, run, processes, measurement, Main::progress)) {
            bench.run();
        }
        measurement.put("loadAfter", Machine.load());
        return measurement.document();
    }

    private static void progress(String line) {
        System.err.println("bench: " + line);
    }
}
