package io.meridian.launch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The process behind {@code meridian up}: starts the run, starts engines again that died, and takes everything down in order
 * when it is told to stop. Killed, it leaves the run alive and its data whole.
 */
final class Supervisor {
    /** Half a second to see a death leaves most of the five seconds for the start. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final DataDirectory data;
    private final UpOptions options;
    private final Installation installation;
    private final Consumer<String> progress;
    private final Fleet fleet;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<String, RestartPacing> pacing = new HashMap<>();
    private final Map<String, ProcessId> reported = new HashMap<>();
    private volatile boolean stopping;

    Supervisor(DataDirectory data, UpOptions options, Installation installation, Consumer<String> progress) {
        this.data = data;
        this.options = options;
        this.installation = installation;
        this.progress = progress;
        this.fleet = new Fleet(data);
    }

    /** What {@code supervisor.json} says of the supervisor of a run. */
    record Self(long pid, String started, boolean ready) {
        ProcessId id() {
            return new ProcessId(pid, started);
        }
    }

    /** The supervisor of a run, if it lives. */
    static Optional<ProcessId> of(DataDirectory data) {
        return Json.readFile(data.supervisorFile(), Self.class).map(Self::id).filter(ProcessId::isAlive);
    }

    /** Starts the run and watches it until this JVM is told to end. Throws, with everything stopped, if the start fails. */
    @SuppressWarnings("try") // the lock is held, not used
    void run(Consumer<RunState.Region> onReady) {
        try (RunLock held = RunLock.tryHold(data.supervisorLock()).orElseThrow(() -> alreadyRunning(data))) {
            FreeMemory.require(options.nodes(), FreeMemory.mebibytes());
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
            recordSelf(false);
            try {
                RunPlan plan = prepare();
                startAll(plan);
                if (!stopping) {
                    recordSelf(true);
                    plan.regions().forEach(onReady);
                }
            } catch (RuntimeException e) {
                if (!stopping) {
                    stop();
                    throw e;
                }
            }
            watch();
            awaitStopped();
        }
    }

    static LaunchException alreadyRunning(DataDirectory data) {
        return new LaunchException("already running in " + data.root() + "; see: meridian status");
    }

    private void checkHttpPorts() {
        for (int region = 0; region < options.regions().size(); region++) {
            for (int node = 1; node <= options.nodes(); node++) {
                int port = options.httpPort(region, node);
                if (!FreePorts.isFree(port)) {
                    throw new LaunchException("port " + port + ", which "
                            + RunPlan.nodeName(options.regions().get(region), node)
                            + " listens on, is taken by another process; free it or choose others with --base-port");
                }
            }
        }
    }

    private RunPlan prepare() {
        if (fleet.somethingLives()) {
            progress.accept("an earlier launcher was killed; stopping what it left");
            new Fleet(data).stopAll(progress);
        }
        LogLimit.enforce(data.logs(), LogLimit.MOST_BYTES);
        checkHttpPorts();
        PortPlan remembered = Json.readFile(data.portsFile(), PortPlan.class).orElse(PortPlan.EMPTY);
        FreePorts free = new FreePorts(new Random());
        remembered.ports().values().forEach(ports -> ports.values().forEach(free::reserve));
        PortPlan ports = remembered.complete(RunPlan.portsWanted(options), FreePorts::isFree, free::next);
        Json.writeFile(data.portsFile(), ports);
        SigningKey.ensure(data.signingKey());
        EngineDefinitions definitions = EngineDefinitions.of(installation);
        return RunPlan.of(options, ports, data, installation.keptIn(data.classes()), definitions);
    }

    private void startAll(RunPlan plan) {
        fleet.begin(plan.regions());
        startTogether(plan.engines());
        startTogether(plan.nodes());
    }

    private void startTogether(List<ProcessDefinition> definitions) {
        if (stopping) {
            return;
        }
        new Readiness(progress, () -> stopping)
                .await(definitions.stream().map(fleet::start).toList());
    }

    private void watch() {
        while (!stopping) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            try {
                for (RunState.Entry entry :
                        fleet.state().map(RunState::processes).orElse(List.of())) {
                    if (!entry.id().isAlive()) {
                        onDeath(entry);
                    }
                }
                LogLimit.enforce(data.logs(), LogLimit.MOST_BYTES);
            } catch (RuntimeException e) {
                // A full disk, say. To give up would take down what still runs.
                if (!stopping) {
                    progress.accept("cannot look after the processes: " + e.getMessage());
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
                }
            }
        }
    }

    private void onDeath(RunState.Entry entry) {
        boolean restarted = entry.kind().isEngine() && options.restartEngines();
        if (!entry.id().equals(reported.put(entry.name(), entry.id()))) {
            progress.accept(entry.name() + " (process " + entry.pid() + ") died"
                    + (restarted ? "" : "; start it with: meridian restart " + entry.name()));
        }
        if (restarted
                && pacing.computeIfAbsent(entry.name(), name -> new RestartPacing())
                        .isDue(System.nanoTime())) {
            fleet.startIfDead(entry.name())
                    .ifPresent(next -> progress.accept(entry.name() + " started again as process " + next.pid()));
        }
    }

    /** Runs when this JVM is told to end, and when the start failed. */
    private void stop() {
        stopping = true;
        fleet.stopAll(progress);
        stopped.countDown();
    }

    private void awaitStopped() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void recordSelf(boolean ready) {
        ProcessId self = ProcessId.current();
        Json.writeFile(data.supervisorFile(), new Self(self.pid(), self.started(), ready));
    }
}
