package io.meridian.bench;

import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * {@code reconnect}: all clients lose their connections at once; while they are away a message goes to every room over HTTP;
 * then all of them connect at once, and everything must arrive.
 */
final class Reconnect {
    private static final double NANOS_A_SECOND = 1e9;
    private static final int SENDING = 32;

    private final Bench bench;

    Reconnect(Bench bench) {
        this.bench = bench;
    }

    void run() {
        Settings settings = bench.settings();
        Population population = bench.population();
        List<Account> accounts = bench.accounts(population);
        Crowd crowd = bench.assemble(population, accounts);
        bench.warmUp(crowd);
        bench.progress("cutting all connections");
        crowd.begin(bench.phase("m"));
        crowd.cut();
        sendMeanwhile(crowd, population, accounts, settings.membersOfARoom());
        bench.progress("connecting all at once");
        Processes.Snapshot before = bench.processes().snapshot();
        long start = bench.ticker().nowNs();
        // No bound: that all come at once is what is measured.
        crowd.connect(settings.users() * settings.loops());
        List<Device> devices = crowd.devices();
        Outcome outcome = crowd.settle(settings.settle());
        Processes.Snapshot after = bench.processes().snapshot();
        report(devices, start, outcome, before, after);
        crowd.close();
    }

    private void sendMeanwhile(Crowd crowd, Population population, List<Account> accounts, int members) {
        List<Integer> rooms =
                IntStream.range(0, accounts.size() / members).boxed().toList();
        List<long[]> positions = Crowd.await(bench.onContext(() ->
                Together.each(SENDING, rooms, room -> send(crowd, population, accounts.get(room * members), room))));
        int accepted = 0;
        for (int room = 0; room < positions.size(); room++) {
            long[] position = positions.get(room);
            if (position == null) {
                accepted++;
            } else {
                crowd.sentElsewhere(room, position[0], position[1]);
            }
        }
        if (accepted > 0) {
            bench.measurement()
                    .warn(accepted + " messages were only accepted while all were away, and are not counted");
        }
    }

    private Future<long[]> send(Crowd crowd, Population population, Account sender, int room) {
        Stamp stamp = new Stamp(bench.phase("m"), room, bench.ticker().nowNs());
        return population.message(
                sender, crowd.conversation(room), stamp.id(), bench.texts().of(room));
    }

    private void report(
            List<Device> devices, long start, Outcome outcome, Processes.Snapshot before, Processes.Snapshot after) {
        long[] synced = devices.stream().mapToLong(Device::syncedNs).sorted().toArray();
        Map<String, Object> reconnect = bench.measurement().part("reconnect");
        reconnect.put("clients", synced.length);
        reconnect.put("whole", devices.stream().filter(Device::inboxComplete).count());
        Map<String, Object> seconds = new LinkedHashMap<>();
        seconds.put("first", seconds(synced[0] - start));
        seconds.put("half", seconds(share(synced, 50) - start));
        seconds.put("p99", seconds(share(synced, 99) - start));
        seconds.put("all", seconds(synced[synced.length - 1] - start));
        seconds.put("allMessages", seconds(Math.max(0, outcome.lastArrivalNs() - start)));
        reconnect.put("secondsToSynced", seconds);
        bench.measurement().counted(outcome);
        Map<String, Object> cpu = bench.measurement().part("cpu");
        Map<String, Double> perClient = new LinkedHashMap<>();
        bench.processes()
                .cpuByKind(before, after)
                .forEach((kind, ms) -> perClient.put(kind, Measurement.round((double) ms / synced.length)));
        cpu.put("msPerClient", perClient);
    }

    private static long share(long[] sorted, int percent) {
        return sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100.0) - 1)];
    }

    private static double seconds(long ns) {
        return Measurement.round(ns / NANOS_A_SECOND);
    }
}
