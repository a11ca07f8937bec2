package io.meridian.bench;

/** {@code pairs} and {@code group}: messages over live connections, at a rate that does not depend on the answers. */
final class LiveLoad {
    private final Bench bench;

    LiveLoad(Bench bench) {
        this.bench = bench;
    }

    void run() {
        Population population = bench.population();
        measure(bench.assemble(population, bench.accounts(population)), bench.processes());
    }

    /** Everything from the connected crowd on. */
    void measure(Crowd crowd, Processes processes) {
        Settings settings = bench.settings();
        bench.baseline(processes);
        bench.warmUp(crowd);
        bench.progress("measuring for " + settings.seconds() + " s at " + settings.rate() + "/s");
        Processes.Snapshot before = processes.snapshot();
        Outcome outcome = bench.load(crowd, "m", settings.seconds());
        Processes.Snapshot after = processes.snapshot();
        bench.measurement().messages(outcome, settings.seconds());
        bench.measurement().cpu(processes, before, after, outcome.counts());
        crowd.close();
    }
}
