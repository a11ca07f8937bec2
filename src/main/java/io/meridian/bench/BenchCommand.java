package io.meridian.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code meridian bench}, in the launcher's process: checks the options and starts {@link Main} in a process of its own, with a
 * heap of its own, whose processor time can be told apart.
 */
@Command(
        name = "bench",
        description = {
            "Loads a running Meridian as clients do and prints one JSON document.",
            "For figures of what it can carry, start it with: meridian up --limits off"
        },
        sortOptions = false)
public final class BenchCommand implements Callable<Integer> {
    private static final String HOME = "meridian.home";

    @Mixin
    private BenchOptions options;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            // Said here, before a process is started for it.
            Settings.of(options, options.urls, "x");
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Process process = new ProcessBuilder(command()).inheritIO().start();
        Thread hook = new Thread(process::destroy, "stop-bench");
        Runtime.getRuntime().addShutdownHook(hook);
        return process.waitFor();
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Jvm.java(),
                // Young collections are rare and short: pauses of the generator would count as the server's.
                "-Xms384m",
                "-Xmx1536m",
                "-Xmn192m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Dlogback.configurationFile=bench/logback.xml",
                "-D" + HOME + "=" + System.getProperty(HOME, ""),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments());
        return command;
    }

    /** What stands behind {@code bench} on the command line, and the data directory, which may stand before. */
    private List<String> arguments() {
        List<String> given = spec.root().commandLine().getParseResult().originalArgs();
        List<String> arguments = new ArrayList<>(given.subList(given.indexOf(spec.name()) + 1, given.size()));
        Path data = spec.root().findOption("--data").getValue();
        if (data != null && arguments.stream().noneMatch(argument -> argument.startsWith("--data"))) {
            arguments.add("--data");
            arguments.add(data.toString());
        }
        return arguments;
    }
}
