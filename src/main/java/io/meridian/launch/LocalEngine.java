package io.meridian.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * One real engine on this machine, for tests and tools that need Kafka, Cassandra or Redis without a whole region.
 *
 * <p>It keeps its port and data over {@link #kill()}, {@link #stop()} and {@link #start()}. Not thread-safe.
 */
public final class LocalEngine implements AutoCloseable {
    private static final Duration STOP_BOUND = Duration.ofSeconds(15);
    private static final Duration START_BOUND = Duration.ofSeconds(120);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int LOG_LINES_SHOWN = 15;

    private final ProcessDefinition definition;
    private ProcessId process;

    private LocalEngine(ProcessDefinition definition) {
        this.definition = definition;
    }

    /**
     * Defines an engine; nothing runs yet.
     *
     * @param kind Kafka, Cassandra or Redis
     * @param home the project directory, where the engines' class paths have been built
     * @param directory takes the engine's data, configuration and log
     * @param region the name of its region, Cassandra's data centre
     * @param arguments further ones for its program
     */
    public static LocalEngine define(
            ProcessKind kind, Path home, Path directory, String region, List<String> arguments) {
        Path root = directory.toAbsolutePath().normalize();
        FreePorts free = new FreePorts(new Random());
        Map<String, Integer> ports = new LinkedHashMap<>();
        EngineDefinitions.portsOf(kind).forEach(purpose -> ports.put(purpose, free.next()));
        String name = region + "-" + kind.label();
        EngineSite site = new EngineSite(name, region, 0, root, root.resolve(name + ".log"), ports);
        ProcessDefinition definition =
                EngineDefinitions.of(Installation.at(home)).define(kind, site);
        List<String> command = new ArrayList<>(definition.command());
        command.addAll(arguments);
        return new LocalEngine(definition.withCommand(command));
    }

    /** Starts it and returns when it serves. Throws {@link LaunchException} with the end of its log when it does not. */
    public LocalEngine start() {
        if (isAlive()) {
            throw new LaunchException(definition.name() + " runs already");
        }
        process =
                ProcessStarter.start(definition, Map.entry(OrphanSweep.TIED_VARIABLE, OrphanSweep.tieToThisProcess()));
        awaitReady();
        return this;
    }

    /** Returns when it serves again; after {@link #resume()}, say. */
    public void awaitReady() {
        long deadline = System.nanoTime() + START_BOUND.toNanos();
        while (!Probe.answers(definition.kind(), definition.mainPort())) {
            if (!isAlive()) {
                throw new LaunchException(definition.name() + " ended while starting:\n" + logTail());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new LaunchException(
                        definition.name() + " does not answer after " + START_BOUND.toSeconds() + " s:\n" + logTail());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** SIGKILL; returns when it is dead. */
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** SIGTERM, then SIGKILL after a bound; returns when it is dead. */
    public void stop() {
        if (process != null) {
            process.stop(STOP_BOUND);
        }
    }

    /** SIGSTOP: it lives, holds its connections, and answers nobody. */
    public void pause() {
        if (process != null) {
            process.signal("STOP");
        }
    }

    /** SIGCONT. */
    public void resume() {
        if (process != null) {
            process.signal("CONT");
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The port clients use; the same over restarts. */
    public int port() {
        return definition.mainPort();
    }

    /** Where clients connect: {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    public long pid() {
        return process == null ? -1 : process.pid();
    }

    /** Everything it stores, configuration and log included. */
    public Path directory() {
        return Path.of(definition.workingDirectory());
    }

    public Path log() {
        return definition.logFile();
    }

    @Override
    public void close() {
        stop();
    }

    private String logTail() {
        return LogTail.lastLines(definition.logFile(), LOG_LINES_SHOWN);
    }
}
