package io.meridian.testing;

import io.meridian.launch.FreePorts;
import io.meridian.launch.Launcher;
import io.meridian.launch.OrphanSweep;
import io.meridian.launch.ProcessId;
import io.meridian.launch.ProcessKind;
import io.meridian.launch.RunState;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A whole region as {@code meridian up} starts it, of the classes under test, in a data directory of its own.
 *
 * <pre>
 * try (Cluster cluster = Cluster.of(2).withoutLimits().start()) {
 *     URI first = cluster.urls().get(0);
 *     cluster.kill("us-east-redis");
 *     cluster.restart("us-east-redis");
 * }
 * </pre>
 *
 * <p>Thread-safe as far as a nemesis needs it: signals, restarts and look-ups may come from any thread.
 */
public final class Cluster implements AutoCloseable {
    public static final String REGION = "us-east";

    private static final int PORT_STEP = 10;
    private static final Duration COMMAND_BOUND = Duration.ofMinutes(5);

    private final Path data;
    private final List<String> upArguments;

    private Cluster(Path data, List<String> upArguments) {
        this.data = data;
        this.upArguments = upArguments;
    }

    /** A region of so many nodes; nothing runs before {@link Setup#start()}. */
    public static Setup of(int nodes) {
        return new Setup(nodes);
    }

    /** What is to be started. */
    public static final class Setup {
        private final int nodes;
        private final List<String> arguments = new ArrayList<>();

        private Setup(int nodes) {
            this.nodes = nodes;
        }

        /** Rate limits off. */
        public Setup withoutLimits() {
            arguments.addAll(List.of("--limits", "off"));
            return this;
        }

        /** One more option for the JVM of every node, {@code -Dname=value} for instance. */
        public Setup nodeOption(String option) {
            arguments.add("--node-option=" + option);
            return this;
        }

        /** Starts it and returns when it takes traffic. */
        public Cluster start() {
            int basePort = new FreePorts(new Random()).nextBlock(nodes, PORT_STEP);
            arguments.addAll(List.of("--nodes", Integer.toString(nodes), "--base-port", Integer.toString(basePort)));
            Cluster cluster = new Cluster(newDirectory(), List.copyOf(arguments));
            Project.build("engines");
            Project.build("runtime");
            cluster.up();
            return cluster;
        }

        private static Path newDirectory() {
            try {
                OrphanSweep.killTiedToTheDead();
                Path parent = Project.outputDirectory().resolve("clusters");
                Files.createDirectories(parent);
                return Files.createTempDirectory(parent, "run-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** {@code meridian up --detach} again, after {@link #down()} or {@link #killEverything()}; same data, same ports. */
    public void up() {
        List<String> arguments = new ArrayList<>(List.of("up", "--detach"));
        arguments.addAll(upArguments);
        run(arguments);
    }

    /**
     * {@code meridian up} as somebody has it in a terminal, after {@link #down()}; returns at once. It takes SIGINT even where this JVM
     * was started to ignore it.
     *
     * @param output takes what it says
     * @param more arguments
     */
    public Process upInForeground(Path output, String... more) {
        List<String> arguments = new ArrayList<>(List.of("up"));
        arguments.addAll(upArguments);
        arguments.addAll(List.of(more));
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(command(arguments));
        try {
            return builder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code meridian down}: everything stops in order, the data stays. */
    public void down() {
        run(List.of("down"));
    }

    /** Starts the process again and returns when it is ready; one that lives is stopped first. */
    public void restart(String name) {
        run(List.of("restart", name));
    }

    /** The same for a node, with one more JVM option this time only. */
    public void restart(String name, String nodeOption) {
        run(List.of("restart", name, "--node-option=" + nodeOption));
    }

    /** The exit code of {@code meridian status}: 0 if everything is healthy. */
    public int status() {
        return meridian(List.of("status")).exitCode();
    }

    /** SIGKILL; returns when the process is dead. */
    public void kill(String name) {
        process(name).id().kill();
    }

    /** @param signal without SIG: {@code TERM}, {@code STOP}, {@code CONT} */
    public void signal(String name, String signal) {
        process(name).id().signal(signal);
    }

    /** SIGKILL for everything at once, the launcher too. */
    public void killEverything() {
        List<ProcessId> all = new ArrayList<>();
        Launcher.supervisor(data).ifPresent(all::add);
        state().processes().forEach(process -> all.add(process.id()));
        all.forEach(process -> process.signal("KILL"));
        all.forEach(ProcessId::kill);
    }

    /** SIGKILL for the launcher alone: what it started lives on. */
    public void killSupervisor() {
        Launcher.supervisor(data).ifPresent(ProcessId::kill);
    }

    /** What {@code run.json} says now. */
    public RunState state() {
        return RunState.read(data.resolve("run.json"))
                .orElseThrow(() -> new IllegalStateException("nothing runs in " + data));
    }

    public RunState.Entry process(String name) {
        return state().process(name)
                .orElseThrow(() -> new IllegalArgumentException("no process " + name + " in " + data));
    }

    /** Changes when the process is started again. */
    public long pid(String name) {
        return process(name).pid();
    }

    /** Every node's base URL, first node first; WebSocket and HTTP share it. */
    public List<URI> urls() {
        return state().regions().get(0).nodes().stream()
                .map(node -> URI.create(node.url()))
                .toList();
    }

    public List<String> nodeNames() {
        return state().regions().get(0).nodes().stream()
                .map(RunState.Node::name)
                .toList();
    }

    public String kafkaName() {
        return REGION + "-kafka";
    }

    public String cassandraName() {
        return REGION + "-cassandra";
    }

    public String redisName() {
        return REGION + "-redis";
    }

    /** Kafka's bootstrap servers. */
    public String kafka() {
        return "127.0.0.1:" + process(kafkaName()).mainPort();
    }

    public Engines.CassandraPoint cassandra() {
        return new Engines.CassandraPoint("127.0.0.1", process(cassandraName()).mainPort(), REGION);
    }

    public String redis() {
        return "redis://127.0.0.1:" + process(redisName()).mainPort();
    }

    /** Removes what Redis has stored; kill it first. Its start makes the directory again. */
    public void deleteRedisData() {
        deleteTree(engineDirectory(redisName()));
    }

    /** What an engine has stored, with its configuration. */
    public Path engineDirectory(String name) {
        return data.resolve(REGION).resolve(name);
    }

    public Path log(String name) {
        return data.resolve("logs").resolve(name + ".log");
    }

    public Path dataDirectory() {
        return data;
    }

    /** Stops everything, whatever state it is in, and removes what the engines stored; the logs stay. */
    @Override
    public void close() {
        down();
        for (ProcessKind kind : List.of(ProcessKind.CASSANDRA, ProcessKind.KAFKA, ProcessKind.REDIS)) {
            deleteTree(engineDirectory(REGION + "-" + kind.label()));
        }
    }

    /** What a {@code meridian} command ended with. */
    public record Result(int exitCode, String output) {}

    /** What a command whose answer is read by programs ended with. */
    public record Answer(int exitCode, String output, String errors) {}

    /** Runs any {@code meridian} command on this data directory. */
    public Result meridian(List<String> arguments) {
        Answer answer = run(arguments, true);
        return new Result(answer.exitCode(), answer.output());
    }

    /** The same with standard output and standard error apart. */
    public Answer answer(List<String> arguments) {
        return run(arguments, false);
    }

    private Answer run(List<String> arguments, boolean together) {
        try {
            Path output = Files.createTempFile(data, "command-", ".log");
            Path errors = Files.createTempFile(data, "command-", ".err");
            ProcessBuilder builder =
                    builder(command(arguments)).redirectErrorStream(together).redirectOutput(output.toFile());
            if (!together) {
                builder.redirectError(errors.toFile());
            }
            Process process = builder.start();
            if (!process.waitFor(COMMAND_BOUND.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Answer answer = new Answer(process.exitValue(), Files.readString(output), Files.readString(errors));
            Files.delete(output);
            Files.delete(errors);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during meridian " + arguments, e);
        }
    }

    private List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-D" + Launcher.HOME_PROPERTY + "=" + Project.home(),
                "-cp",
                Project.classPathUnderTest(),
                Launcher.class.getName()));
        command.addAll(arguments);
        command.addAll(List.of("--data", data.toString()));
        return command;
    }

    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        // Whatever this starts is killed by the next test run, should this one be killed.
        builder.environment().put(OrphanSweep.TIED_VARIABLE, OrphanSweep.tieToThisProcess());
        return builder;
    }

    private void run(List<String> arguments) {
        Result result = meridian(arguments);
        if (result.exitCode() != 0) {
            throw new IllegalStateException("meridian " + String.join(" ", arguments) + " ended with "
                    + result.exitCode() + " in " + data + ":\n" + result.output());
        }
    }

    private static void deleteTree(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
