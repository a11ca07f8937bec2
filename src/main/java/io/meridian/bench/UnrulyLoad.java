package io.meridian.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code unruly}: the load of {@code pairs} by turns without and beside a flooder, a slow reader and a client that never
 * acknowledges, who share a group; so that what drifts meanwhile (a JVM that warms up, a disk) concerns both.
 */
final class UnrulyLoad {
    /** Each with an account of its own. */
    static final int NUISANCES = Nuisance.Habit.values().length;

    private static final int ROUNDS = 2;
    private static final String P99 = "p99";
    private static final int CONTENT = 8 * 1024;

    private final Bench bench;
    private final Map<String, Map<String, Long>> nuisances = new LinkedHashMap<>();

    UnrulyLoad(Bench bench) {
        this.bench = bench;
    }

    void run() {
        Settings settings = bench.settings();
        Population population = bench.population();
        List<Account> accounts = bench.accounts(population);
        List<Account> good = accounts.subList(0, settings.users());
        List<Account> bad = accounts.subList(settings.users(), accounts.size());
        String group = Crowd.await(bench.onContext(() -> population.group(bench.phase("unruly"), bad)));
        Crowd crowd = bench.assemble(population, good);
        bench.warmUp(crowd);
        Outcome without = null;
        Outcome beside = null;
        for (int round = 0; round < ROUNDS; round++) {
            bench.progress("measuring for " + settings.seconds() + " s without them");
            Outcome calm = bench.load(crowd, "a" + round, settings.seconds());
            without = without == null ? calm : without.plus(calm);
            bench.progress("measuring for " + settings.seconds() + " s beside them");
            Outcome disturbed = beside(crowd, bad, group, round);
            beside = beside == null ? disturbed : beside.plus(disturbed);
        }
        crowd.close();
        report(without, beside);
    }

    private Outcome beside(Crowd crowd, List<Account> bad, String group, int round) {
        List<Nuisance> all = new ArrayList<>();
        List<String> deployed = new ArrayList<>();
        for (Nuisance.Habit habit : Nuisance.Habit.values()) {
            Nuisance nuisance =
                    new Nuisance(habit, bad.get(habit.ordinal()), group, bench.phase("x" + round), "x".repeat(CONTENT));
            all.add(nuisance);
            deployed.add(Crowd.await(bench.vertx().deployVerticle(nuisance)));
        }
        Outcome outcome = bench.load(crowd, "b" + round, bench.settings().seconds());
        deployed.forEach(id -> Crowd.await(bench.vertx().undeploy(id)));
        all.forEach(nuisance -> {
            Map<String, Long> counts =
                    nuisances.computeIfAbsent(nuisance.habit().label(), none -> new TreeMap<>());
            nuisance.counts().forEach((what, count) -> counts.merge(what, count, Long::sum));
        });
        return outcome;
    }

    private void report(Outcome without, Outcome beside) {
        int seconds = ROUNDS * bench.settings().seconds();
        bench.measurement().messages(beside.plus(without), 2.0 * seconds);
        Map<String, Object> unruly = bench.measurement().part("unruly");
        unruly.put("nuisances", nuisances);
        unruly.put("withoutMs", latencies(without));
        unruly.put("besideMs", latencies(beside));
        Map<String, Double> ratio = new LinkedHashMap<>();
        ratio.put("acknowledgement", ratio(beside.acknowledgements(), without.acknowledgements()));
        ratio.put("delivery", ratio(beside.deliveries(), without.deliveries()));
        unruly.put("p99Ratio", ratio);
    }

    private static Map<String, Object> latencies(Outcome outcome) {
        Map<String, Object> latencies = new LinkedHashMap<>();
        latencies.put("acknowledgement", outcome.acknowledgements().toMs());
        latencies.put("delivery", outcome.deliveries().toMs());
        latencies.put("generatorLag", outcome.lag().toMs());
        return latencies;
    }

    private static Double ratio(Latencies beside, Latencies without) {
        Double high = beside.toMs().get(P99);
        Double low = without.toMs().get(P99);
        return high == null || low == null || low == 0 ? null : Measurement.round(high / low);
    }
}
