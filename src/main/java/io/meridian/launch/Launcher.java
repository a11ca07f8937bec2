package io.meridian.launch;

import io.meridian.bench.BenchCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code meridian} command: one real region, or what will be several, on this machine. */
@Command(
        name = "meridian",
        description = "Runs Meridian with real Kafka, Cassandra and Redis on this machine.",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            RestartCommand.class,
            BenchCommand.class
        })
public final class Launcher implements Runnable {
    /** System property with the project directory; the script sets it. */
    public static final String HOME_PROPERTY = "meridian.home";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Where a run keeps its data (default: .meridian in the project).")
    private Path data;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Shows this.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        return new CommandLine(new Launcher())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Launcher::explain)
                .setExecutionExceptionHandler(Launcher::report)
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "say what to do: up, down, status, logs, restart or bench");
    }

    /** The launcher that watches the run in a data directory, if it lives. */
    public static Optional<ProcessId> supervisor(Path data) {
        return Supervisor.of(new DataDirectory(data));
    }

    Path home() {
        return Path.of(System.getProperty(HOME_PROPERTY, "")).toAbsolutePath().normalize();
    }

    DataDirectory data() {
        return new DataDirectory(data == null ? home().resolve(".meridian") : data);
    }

    /** Whatever is not the answer to the command: so that scripts can read the answer. */
    static void progress(String line) {
        System.err.println("meridian: " + line);
    }

    private static int explain(CommandLine.ParameterException e, String[] arguments) {
        progress(
                e.getMessage() + "; see: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return LaunchException.USAGE;
    }

    private static int report(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof LaunchException known) {
            progress(known.getMessage());
            return known.exitCode();
        }
        PrintWriter err = command.getErr();
        e.printStackTrace(err);
        err.flush();
        return LaunchException.FAILED;
    }
}
