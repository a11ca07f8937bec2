package io.meridian.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs, as {@code run.json} tells it; tools and tests find and kill processes by it.
 *
 * @param processes in the order in which they were started
 */
public record RunState(List<Region> regions, List<Entry> processes) {
    public RunState {
        regions = List.copyOf(regions);
        processes = List.copyOf(processes);
    }

    /**
     * A region and where it takes traffic.
     *
     * @param url of its first node
     */
    public record Region(String name, String url, List<Node> nodes) {
        public Region {
            nodes = List.copyOf(nodes);
        }
    }

    public record Node(String name, String url) {}

    /**
     * One process.
     *
     * @param ports by purpose; {@code main} is the one clients use
     * @param log the file that takes its output
     * @param started tells this process from a later one with the same pid; opaque
     */
    public record Entry(
            String name,
            ProcessKind kind,
            String region,
            long pid,
            Map<String, Integer> ports,
            String log,
            String started) {
        public Entry {
            ports = Map.copyOf(ports);
        }

        static Entry of(ProcessDefinition definition, ProcessId id) {
            return new Entry(
                    definition.name(),
                    definition.kind(),
                    definition.region(),
                    id.pid(),
                    definition.ports(),
                    definition.log(),
                    id.started());
        }

        /** The process itself; dead if another one has its pid now. */
        public ProcessId id() {
            return new ProcessId(pid, started);
        }

        public int mainPort() {
            return ports.get(ProcessDefinition.MAIN_PORT);
        }
    }

    /** The state in a {@code run.json}; empty if nothing was started there. */
    public static Optional<RunState> read(Path runFile) {
        return Json.readFile(runFile, RunState.class);
    }

    public Optional<Entry> process(String name) {
        return processes.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /** This state with the entry added, or put in the place of the one of its name. */
    RunState with(Entry entry) {
        List<Entry> next = new ArrayList<>(processes);
        next.replaceAll(old -> old.name().equals(entry.name()) ? entry : old);
        if (!next.contains(entry)) {
            next.add(entry);
        }
        return new RunState(regions, next);
    }
}
