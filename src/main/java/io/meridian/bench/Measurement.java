package io.meridian.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The document that is printed, grown part by part. Figures are rounded to what they can say. */
final class Measurement {
    private static final double NANOS_A_SECOND = 1e9;
    private static final double THOUSAND = 1e3;
    private static final double KIB_A_MIB = 1024;

    private final Map<String, Object> document = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    Measurement(Settings settings) {
        document.put("scenario", settings.scenario().label());
        Map<String, Object> asked = part("settings");
        asked.put("users", settings.accounts());
        asked.put("rate", settings.rate());
        asked.put("seconds", settings.seconds());
        asked.put("warmup", settings.warmup());
        asked.put("settle", settings.settle());
        asked.put("loops", settings.loops());
        if (settings.scenario() == Scenario.GROUP) {
            asked.put("groupSize", settings.groupSize());
        }
        if (settings.scenario() == Scenario.IDLE) {
            asked.put("connections", settings.connections());
        }
        asked.put("urls", settings.urls().stream().map(Object::toString).toList());
    }

    Map<String, Object> part(String name) {
        Map<String, Object> part = new LinkedHashMap<>();
        document.put(name, part);
        return part;
    }

    void put(String name, Object value) {
        document.put(name, value);
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    Map<String, Object> document() {
        document.put("warnings", List.copyOf(warnings));
        return document;
    }

    void connects(List<Device> devices) {
        Latencies ready = new Latencies();
        Latencies synced = new Latencies();
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Device device : devices) {
            ready.record(device.readyNs() - device.startedNs());
            synced.record(device.syncedNs() - device.startedNs());
            first = Math.min(first, device.startedNs());
            last = Math.max(last, device.readyNs());
        }
        Map<String, Object> connects = part("connects");
        connects.put("count", devices.size());
        connects.put("seconds", round((last - first) / NANOS_A_SECOND));
        connects.put("perSecond", round(devices.size() / ((last - first) / NANOS_A_SECOND)));
        connects.put("toReadyMs", ready.toMs());
        connects.put("toSyncedMs", synced.toMs());
    }

    /** @param seconds for which messages were sent */
    void messages(Outcome outcome, double seconds) {
        Counts counts = outcome.counts();
        Map<String, Object> messages = counted(outcome);
        messages.put("accepted", outcome.accepted());
        messages.put("unanswered", outcome.offered() - counts.acknowledged() - outcome.refused());
        messages.put("deliveredUnacknowledged", counts.unacknowledged());
        messages.put("offeredPerSecond", round(outcome.offered() / seconds));
        messages.put("acknowledgedPerSecond", round(counts.acknowledged() / seconds));
        messages.put("deliveredPerSecond", round(counts.delivered() / seconds));
        Map<String, Object> latency = part("latencyMs");
        latency.put("acknowledgement", outcome.acknowledgements().toMs());
        latency.put("delivery", outcome.deliveries().toMs());
        latency.put("generatorLag", outcome.lag().toMs());
    }

    /** What every scenario that sends tells of its messages, and its errors; there may be more to say in the part. */
    Map<String, Object> counted(Outcome outcome) {
        Counts counts = outcome.counts();
        Map<String, Object> messages = part("messages");
        messages.put("offered", outcome.offered());
        messages.put("acknowledged", counts.acknowledged());
        messages.put("expected", counts.expected());
        messages.put("delivered", counts.delivered());
        messages.put("lost", counts.lost());
        messages.put("duplicated", counts.duplicated());
        messages.put("outOfOrder", counts.outOfOrder());
        messages.put("gaps", counts.gaps());
        errors(outcome);
        return messages;
    }

    private void errors(Outcome outcome) {
        put("errors", outcome.errors());
        if (outcome.errors().containsKey("rate_limited")) {
            warn("the server limits rates: for figures of what it can carry start it with --limits off");
        }
    }

    /** Processor time of the kinds of processes between two moments, in all and a message. */
    void cpu(Processes processes, Processes.Snapshot before, Processes.Snapshot after, Counts counts) {
        Map<String, Long> byKind = processes.cpuByKind(before, after);
        long server = server(byKind);
        Map<String, Object> cpu = part("cpu");
        cpu.put("seconds", round((after.atNs() - before.atNs()) / NANOS_A_SECOND));
        cpu.put("ms", byKind);
        cpu.put("msPerMessage", perUnit(byKind, server, counts.acknowledged()));
        cpu.put("msPerDelivery", perUnit(byKind, server, counts.delivered()));
        long own = server + byKind.getOrDefault(Processes.BENCH, 0L);
        boolean seen = before.busyMs() >= 0 && after.busyMs() >= 0;
        cpu.put("othersOnTheMachineMs", seen ? Math.max(0, after.busyMs() - before.busyMs() - own) : null);
        processes.gone(before, after).forEach(name -> warn(name + " ended or was started again: its time is missing"));
    }

    private static long server(Map<String, Long> byKind) {
        return byKind.entrySet().stream()
                .filter(kind -> !kind.getKey().equals(Processes.BENCH))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** {@code server} is the sum of all that is not the generator. */
    private static Map<String, Double> perUnit(Map<String, Long> byKind, long server, long units) {
        Map<String, Double> each = new LinkedHashMap<>();
        byKind.forEach((kind, ms) -> each.put(kind, units == 0 ? null : round((double) ms / units)));
        each.put("server", units == 0 ? null : round((double) server / units));
        return each;
    }

    /** ms of processor time a second while nothing is sent: what a message's share contains beside the message. */
    static Map<String, Double> perSecond(Processes processes, Processes.Snapshot before, Processes.Snapshot after) {
        Map<String, Long> byKind = processes.cpuByKind(before, after);
        double seconds = (after.atNs() - before.atNs()) / NANOS_A_SECOND;
        Map<String, Double> each = new LinkedHashMap<>();
        byKind.forEach((kind, ms) -> each.put(kind, round(ms / seconds)));
        each.put("server", round(server(byKind) / seconds));
        return each;
    }

    void memory(Processes processes, Processes.Snapshot at) {
        Map<String, Object> rss = part("rssMiB");
        processes.entries().forEach(entry -> {
            Long kib = at.rssKib().get(entry.name());
            rss.put(entry.name(), kib == null ? null : round(kib / KIB_A_MIB));
        });
    }

    /** Three decimals: the counters behind do not tell more. */
    static double round(double value) {
        return Math.round(value * THOUSAND) / THOUSAND;
    }
}
