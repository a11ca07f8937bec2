package io.meridian.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The processes of one data directory: starts, replaces and stops them, and keeps {@code run.json} true meanwhile.
 *
 * <p>A supervisor and a {@code meridian restart} may work on the same run: every change is made under a lock that holds between
 * processes, and starts from what {@code run.json} says then.
 */
final class Fleet {
    /** A node drains its connections, for 15 s at most, and stops within 8 s more. */
    private static final Duration NODE_STOP_BOUND = Duration.ofSeconds(30);

    /** Cassandra needs three seconds when idle, longer under load. */
    private static final Duration ENGINE_STOP_BOUND = Duration.ofSeconds(20);

    private final DataDirectory data;
    private boolean stopped;

    Fleet(DataDirectory data) {
        this.data = data;
    }

    Optional<RunState> state() {
        return RunState.read(data.runFile());
    }

    RunState.Entry entry(String name) {
        RunState state = state().orElseThrow(Fleet::notRunning);
        return state.process(name)
                .orElseThrow(() -> new LaunchException("there is no process '" + name + "'; there are "
                        + String.join(
                                ", ",
                                state.processes().stream()
                                        .map(RunState.Entry::name)
                                        .toList())));
    }

    /** Starts the book-keeping of a run without processes. */
    void begin(List<RunState.Region> regions) {
        changing(() -> {
            refuseAfterStop();
            return save(new RunState(regions, List.of()));
        });
    }

    /** Starts a process, and remembers how. Returns at once; it is not ready yet. */
    RunState.Entry start(ProcessDefinition definition) {
        return changing(() -> {
            RunState state = state().orElseThrow(Fleet::notRunning);
            Json.writeFile(data.definitionFile(definition.name()), definition);
            return launch(state, definition);
        });
    }

    /** Starts the process again if it is dead when nobody else is changing anything; empty if it lives. */
    Optional<RunState.Entry> startIfDead(String name) {
        return changing(() -> state().flatMap(state -> state.process(name)
                .filter(entry -> !entry.id().isAlive())
                .map(entry -> launch(state, definition(name)))));
    }

    /**
     * Starts the process again, after an orderly stop if it lives. The stop, which may take half a minute, is not made under the
     * lock: an engine that dies meanwhile is not to wait for it.
     *
     * @param javaOptions more options for its JVM, this time only
     */
    RunState.Entry restart(String name, List<String> javaOptions) {
        RunState.Entry before = entry(name);
        before.id().stop(stopBound(before));
        return changing(() -> {
            RunState.Entry now = entry(name);
            if (now.id().isAlive() && javaOptions.isEmpty()) {
                // The supervisor, to whom an engine that stops has died, or another restart was faster: as good.
                return now;
            }
            now.id().stop(stopBound(now));
            RunState state = state().orElseThrow(Fleet::notRunning);
            return launch(state, withJavaOptions(definition(name), javaOptions));
        });
    }

    /** Stops everything, nodes first, and forgets the run; the data stays. Safe to call for a run that is half gone. */
    void stopAll(Consumer<String> progress) {
        changing(() -> {
            stopped = true;
            List<RunState.Entry> entries = state().map(RunState::processes).orElse(List.of());
            stopTogether(
                    entries.stream().filter(entry -> !entry.kind().isEngine()).toList(), progress);
            stopTogether(
                    entries.stream().filter(entry -> entry.kind().isEngine()).toList(), progress);
            // Started in the moment before a launcher was killed, and so in no record.
            orphans().forEach(ProcessId::kill);
            return deleteState();
        });
    }

    /** Whether anything of this run lives, recorded or not. */
    boolean somethingLives() {
        return state().map(RunState::processes).orElse(List.of()).stream()
                        .anyMatch(entry -> entry.id().isAlive())
                || !orphans().isEmpty();
    }

    static boolean isHealthy(RunState.Entry entry) {
        return entry.id().isAlive() && Probe.answers(entry.kind(), entry.mainPort());
    }

    static LaunchException notRunning() {
        return new LaunchException("nothing runs here; start it with: meridian up");
    }

    private RunState.Entry launch(RunState state, ProcessDefinition definition) {
        refuseAfterStop();
        ProcessId id = ProcessStarter.start(
                definition, Map.entry(OrphanSweep.RUN_VARIABLE, data.root().toString()));
        RunState.Entry entry = RunState.Entry.of(definition, id);
        save(state.with(entry));
        return entry;
    }

    private ProcessDefinition definition(String name) {
        return Json.readFile(data.definitionFile(name), ProcessDefinition.class)
                .orElseThrow(() -> new LaunchException(
                        data.definitionFile(name) + " is missing: how " + name + " is started is not known any more"));
    }

    private static ProcessDefinition withJavaOptions(ProcessDefinition definition, List<String> options) {
        if (options.isEmpty()) {
            return definition;
        }
        List<String> command = new ArrayList<>(definition.command());
        command.addAll(1, options);
        return definition.withCommand(command);
    }

    private static void stopTogether(List<RunState.Entry> entries, Consumer<String> progress) {
        List<RunState.Entry> living =
                entries.stream().filter(entry -> entry.id().isAlive()).toList();
        if (living.isEmpty()) {
            return;
        }
        progress.accept("stopping "
                + String.join(", ", living.stream().map(RunState.Entry::name).toList()));
        living.forEach(entry -> entry.id().askToStop());
        long started = System.nanoTime();
        for (RunState.Entry entry : living) {
            Duration left = stopBound(entry).minusNanos(System.nanoTime() - started);
            if (!entry.id().awaitDeath(left)) {
                progress.accept(
                        entry.name() + " does not stop in " + stopBound(entry).toSeconds() + " s; killing it");
                entry.id().kill();
            }
        }
    }

    private List<ProcessId> orphans() {
        return OrphanSweep.ofRun(data.root().toString()).stream()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .toList();
    }

    private static Duration stopBound(RunState.Entry entry) {
        return entry.kind().isEngine() ? ENGINE_STOP_BOUND : NODE_STOP_BOUND;
    }

    /** Whoever was in the middle of a start when everything was stopped must not go on with it. */
    private void refuseAfterStop() {
        if (stopped) {
            throw notRunning();
        }
    }

    private RunState save(RunState state) {
        Json.writeFile(data.runFile(), state);
        return state;
    }

    private boolean deleteState() {
        try {
            return Files.deleteIfExists(data.runFile());
        } catch (IOException e) {
            throw new LaunchException("cannot remove " + data.runFile() + ": " + e.getMessage(), e);
        }
    }

    private <T> T changing(Supplier<T> change) {
        return RunLock.whileHeld(data.changeLock(), change);
    }
}
