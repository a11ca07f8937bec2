package io.meridian.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One scenario from its users to its figures, on the main thread. */
final class Bench implements AutoCloseable {
    /** A few seconds without load: what the engines take anyway. */
    private static final int BASELINE_SECONDS = 3;
    /** Connecting at a time, where it is not everybody at once. */
    static final int CONNECTING = 64;

    static final String DEVICE = "bench";

    private final Settings settings;
    private final RunFile run;
    private final Processes processes;
    private final Measurement measurement;
    private final Consumer<String> progress;
    private final Vertx vertx;
    private final Ticker ticker = new Ticker(System.nanoTime());
    private final Texts texts = new Texts(new Random(1));
    private final String phases;

    Bench(Settings settings, RunFile run, Processes processes, Measurement measurement, Consumer<String> progress) {
        this.settings = settings;
        this.run = run;
        this.processes = processes;
        this.measurement = measurement;
        this.progress = progress;
        // No message id is used twice, not by another run with the same users either.
        this.phases = Long.toString(ProcessHandle.current().pid(), 36) + Long.toString(System.nanoTime(), 36);
        this.vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(settings.loops()).setPreferNativeTransport(true));
    }

    void run() {
        switch (settings.scenario()) {
            case PAIRS, GROUP -> new LiveLoad(this).run();
            case UNRULY -> new UnrulyLoad(this).run();
            case IDLE -> new IdleConnections(this).run();
            case RECONNECT -> new Reconnect(this).run();
            case FLOOR -> new FloorRun(this).run();
        }
        measurement.memory(processes, processes.snapshot());
    }

    Settings settings() {
        return settings;
    }

    RunFile runFile() {
        return run;
    }

    Processes processes() {
        return processes;
    }

    Measurement measurement() {
        return measurement;
    }

    Vertx vertx() {
        return vertx;
    }

    Ticker ticker() {
        return ticker;
    }

    Texts texts() {
        return texts;
    }

    /** The name of one count of this run: letters and digits. */
    String phase(String letter) {
        return letter + phases;
    }

    void progress(String line) {
        progress.accept(line);
    }

    Population population() {
        return new Population(new Api(vertx), settings, progress);
    }

    /** Accounts of this scenario, with what it took. */
    List<Account> accounts(Population population) {
        long before = ticker.nowNs();
        List<Account> accounts = Crowd.await(onContext(population::accounts));
        measurement.put("registrationSeconds", Measurement.round((ticker.nowNs() - before) / 1e9));
        return accounts;
    }

    /** Connected, synced, whole; how fast that went is in the measurement. */
    Crowd assemble(Population population, List<Account> accounts) {
        List<String> conversations = Crowd.await(onContext(() -> population.conversations(accounts)));
        Crowd crowd = new Crowd(vertx, ticker, settings.loops(), conversations, settings.membersOfARoom());
        crowd.addMembers(accounts, DEVICE);
        progress("connecting " + accounts.size() + " devices");
        crowd.connect(CONNECTING);
        List<Device> devices = crowd.devices();
        measurement.connects(devices);
        List<Device> incomplete =
                devices.stream().filter(device -> !device.inboxComplete()).toList();
        Crowd.await(onContext(
                () -> Together.each(CONNECTING, incomplete, device -> population.sync(device.account(), device.id()))));
        if (population.patience() > 0) {
            measurement.warn("while the users were made the server asked " + population.patience()
                    + " times to be asked again later");
        }
        return crowd;
    }

    /** One count: the load of so many seconds and all that follows from it. */
    Outcome load(Crowd crowd, String phase, int seconds) {
        crowd.begin(phase(phase));
        crowd.send(Schedule.of(settings.rate(), seconds), texts);
        return crowd.settle(settings.settle());
    }

    void warmUp(Crowd crowd) {
        if (settings.warmup() == 0) {
            return;
        }
        progress("warming up for " + settings.warmup() + " s");
        Outcome outcome = load(crowd, "w", settings.warmup());
        Counts counts = outcome.counts();
        if (counts.lost() > 0 || counts.acknowledged() < outcome.offered() || counts.duplicated() > 0) {
            measurement.warn("in the warm-up: " + counts + " of " + outcome.offered() + ", errors " + outcome.errors());
        }
    }

    /** What runs without any load from here. */
    void baseline(Processes looked) {
        Processes.Snapshot before = looked.snapshot();
        pause(BASELINE_SECONDS);
        measurement.put("cpuIdleMsPerSecond", Measurement.perSecond(looked, before, looked.snapshot()));
    }

    static void pause(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** On an event loop, so that what follows stays on one. */
    <T> Future<T> onContext(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        vertx.getOrCreateContext().runOnContext(ignored -> {
            try {
                work.get().onComplete(promise);
            } catch (RuntimeException e) {
                promise.tryFail(e);
            }
        });
        return promise.future();
    }

    @Override
    public void close() {
        try {
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            progress("the connections did not close in order");
        }
    }
}
