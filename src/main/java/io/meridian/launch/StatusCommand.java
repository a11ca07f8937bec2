package io.meridian.launch;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code meridian status}. */
@Command(
        name = "status",
        description =
                "Shows every process; the exit code is 0 only if all are healthy and a launcher looks after them.")
final class StatusCommand implements Callable<Integer> {
    private static final int UNHEALTHY = 1;

    @ParentCommand
    private Launcher launcher;

    @Override
    public Integer call() {
        DataDirectory data = launcher.data().real();
        RunState state = RunState.read(data.runFile()).orElseThrow(Fleet::notRunning);
        List<StatusTable.Row> rows =
                state.processes().parallelStream().map(StatusCommand::look).toList();
        System.out.print(StatusTable.render(rows));
        state.regions().forEach(region -> System.out.println(region.name() + "  " + region.url()));
        boolean watched = Supervisor.of(data).isPresent();
        if (!watched) {
            Launcher.progress("the launcher was killed: engines that die are not started again; to have it back: "
                    + "meridian down, meridian up");
        }
        boolean healthy = rows.stream().allMatch(row -> row.condition().equals(StatusTable.HEALTHY));
        boolean complete = rows.size() == expectedProcesses(state);
        return watched && healthy && complete ? 0 : UNHEALTHY;
    }

    private static StatusTable.Row look(RunState.Entry entry) {
        String condition = !entry.id().isAlive()
                ? StatusTable.DEAD
                : Probe.answers(entry.kind(), entry.mainPort()) ? StatusTable.HEALTHY : StatusTable.SILENT;
        return new StatusTable.Row(entry, condition);
    }

    /** While a run starts, nodes are not in it yet. */
    private static long expectedProcesses(RunState state) {
        long engines = state.processes().stream()
                .filter(entry -> entry.kind().isEngine())
                .count();
        return engines
                + state.regions().stream()
                        .mapToLong(region -> region.nodes().size())
                        .sum();
    }
}
