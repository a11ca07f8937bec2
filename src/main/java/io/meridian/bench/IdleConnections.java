package io.meridian.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * {@code idle}: what a connection costs that does nothing, at the nodes, and beside it what the same connections cost a server
 * that is nothing but a Vert.x WebSocket ({@link BareServer}), with the same client and the same JVM options.
 */
final class IdleConnections {
    /** Connected and closed before the first look: classes, pools and buffers of the first connections are not theirs. */
    private static final int FIRST = 100;

    private static final double KIB = 1024;
    private static final String NODE = "node";
    private static final String BARE = "bare";

    private final Bench bench;

    IdleConnections(Bench bench) {
        this.bench = bench;
    }

    void run() {
        Settings settings = bench.settings();
        Population population = bench.population();
        List<Account> accounts = bench.accounts(population);
        if (bench.processes().rssKib(bench.processes().snapshot(), NODE) == 0) {
            throw new BenchException("the idle scenario looks at processes of this machine: run it beside run.json");
        }
        List<Device> devices = devices(accounts, settings.connections());
        Cost node = measure(bench.processes(), NODE, devices, true);
        Cost bare;
        try (Helper server = Helper.start(
                BareServer.class, List.of(Integer.toString(bench.settings().loops())))) {
            List<Account> there = accounts.stream()
                    .map(account -> new Account(account.userId(), account.token(), server.url()))
                    .toList();
            Processes processes = new Processes(
                    List.of(new RunFile.Entry(
                            BARE, BARE, "", server.pid(), server.url().getPort())),
                    0);
            bare = measure(processes, BARE, devices(there, settings.connections()), false);
        }
        report(settings.connections(), node, bare);
    }

    /** Several devices a user: accounts are expensive on purpose. */
    private List<Device> devices(List<Account> accounts, int count) {
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Account account = accounts.get(i % accounts.size());
            devices.add(new Device(account, "idle-" + i / accounts.size(), -1, 0, bench.ticker()));
        }
        return devices;
    }

    /** Bytes a connection; what cannot be seen is null. */
    private record Cost(Double heap, double rss, Map<String, Double> idleMsPerSecond) {}

    private Cost measure(Processes processes, String kind, List<Device> devices, boolean report) {
        bench.progress("connecting " + devices.size() + " to " + kind);
        int first = Math.min(FIRST, devices.size());
        Crowd early = crowd(devices.subList(0, first));
        early.connect(Bench.CONNECTING);
        early.close();
        OptionalLong heapBefore = processes.liveHeap(kind);
        Processes.Snapshot before = processes.snapshot();
        Crowd crowd = crowd(devices);
        crowd.connect(Bench.CONNECTING);
        if (report) {
            bench.measurement().connects(crowd.devices());
        }
        Processes.Snapshot connected = processes.snapshot();
        Bench.pause(bench.settings().seconds());
        Processes.Snapshot rested = processes.snapshot();
        OptionalLong heapAfter = processes.liveHeap(kind);
        Processes.Snapshot after = processes.snapshot();
        Outcome outcome = crowd.settle(1);
        crowd.close();
        if (!outcome.errors().isEmpty()) {
            bench.measurement().warn("connections to " + kind + " ended early: " + outcome.errors());
        }
        Double heap = heapBefore.isPresent() && heapAfter.isPresent()
                ? (heapAfter.getAsLong() - heapBefore.getAsLong()) / (double) devices.size()
                : null;
        double rss = (processes.rssKib(after, kind) - processes.rssKib(before, kind)) * KIB / devices.size();
        return new Cost(heap, rss, Measurement.perSecond(processes, connected, rested));
    }

    private Crowd crowd(List<Device> devices) {
        Crowd crowd = new Crowd(bench.vertx(), bench.ticker(), bench.settings().loops(), List.of(), 2);
        crowd.addIdle(devices);
        return crowd;
    }

    private void report(int connections, Cost node, Cost bare) {
        Map<String, Object> idle = bench.measurement().part("idle");
        idle.put("connections", connections);
        idle.put("node", kib(node));
        idle.put("bareVertx", kib(bare));
        if (node.heap() != null && bare.heap() != null) {
            idle.put("heapKibAboveBare", Measurement.round((node.heap() - bare.heap()) / KIB));
        }
        idle.put(
                "counts",
                "heap: live objects of the Java heap after a full collection, by jcmd GC.class_histogram, without memory"
                        + " outside the heap; rss: growth of the resident set, whatever it was for; both divided by the"
                        + " connections");
        bench.measurement().put("errors", Map.of());
    }

    private static Map<String, Object> kib(Cost cost) {
        Map<String, Object> kib = new LinkedHashMap<>();
        kib.put("heapKib", cost.heap() == null ? null : Measurement.round(cost.heap() / KIB));
        kib.put("rssKib", Measurement.round(cost.rss() / KIB));
        kib.put("cpuMsPerSecond", cost.idleMsPerSecond());
        return kib;
    }
}
