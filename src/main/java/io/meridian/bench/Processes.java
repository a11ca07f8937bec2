package io.meridian.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Processor time and memory of everything that takes part, this process included. */
final class Processes {
    static final String BENCH = "bench";

    private final List<RunFile.Entry> entries;

    Processes(List<RunFile.Entry> running, long ownPid) {
        entries = new ArrayList<>(running);
        entries.add(new RunFile.Entry(BENCH, BENCH, "", ownPid, 0));
    }

    /**
     * What the processes have used up to one moment.
     *
     * @param cpuMs by process name; without those that are gone
     * @param rssKib by process name
     * @param busyMs of all processors of the machine together, whoever used them; -1 where it cannot be seen
     */
    record Snapshot(long atNs, Map<String, Long> cpuMs, Map<String, Long> rssKib, long busyMs) {}

    List<RunFile.Entry> entries() {
        return List.copyOf(entries);
    }

    Snapshot snapshot() {
        Map<String, Long> cpu = new LinkedHashMap<>();
        Map<String, Long> rss = new LinkedHashMap<>();
        for (RunFile.Entry entry : entries) {
            Path directory = Path.of("/proc", Long.toString(entry.pid()));
            ProcFiles.cpuMs(read(directory.resolve("stat"))).ifPresent(ms -> cpu.put(entry.name(), ms));
            ProcFiles.kib(read(directory.resolve("status")), "VmRSS").ifPresent(kib -> rss.put(entry.name(), kib));
        }
        long busy = ProcFiles.busyMs(read(Path.of("/proc/stat"))).orElse(-1);
        return new Snapshot(System.nanoTime(), cpu, rss, busy);
    }

    /** Names of those that were there before and are not any more: their time is missing. */
    List<String> gone(Snapshot before, Snapshot after) {
        return before.cpuMs().keySet().stream()
                .filter(name -> !after.cpuMs().containsKey(name))
                .toList();
    }

    /** ms between two snapshots, by kind. */
    Map<String, Long> cpuByKind(Snapshot before, Snapshot after) {
        Map<String, Long> byKind = new LinkedHashMap<>();
        for (RunFile.Entry entry : entries) {
            Long from = before.cpuMs().get(entry.name());
            Long to = after.cpuMs().get(entry.name());
            if (from != null && to != null) {
                byKind.merge(entry.kind(), to - from, Long::sum);
            }
        }
        return byKind;
    }

    long rssKib(Snapshot snapshot, String kind) {
        return entries.stream()
                .filter(entry -> entry.kind().equals(kind))
                .mapToLong(entry -> snapshot.rssKib().getOrDefault(entry.name(), 0L))
                .sum();
    }

    /** Live heap of all nodes together, each collected for it; empty if one did not answer. */
    OptionalLong liveHeap(String kind) {
        long sum = 0;
        for (RunFile.Entry entry : entries) {
            if (entry.kind().equals(kind)) {
                OptionalLong heap = Jvm.liveHeap(entry.pid());
                if (heap.isEmpty()) {
                    return heap;
                }
                sum += heap.getAsLong();
            }
        }
        return OptionalLong.of(sum);
    }

    /** Empty where there is no such file: another system, or a process that is gone. */
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
