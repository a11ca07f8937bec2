package io.meridian.launch;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code meridian restart NAME}. */
@Command(
        name = "restart",
        description = "Starts one process again, after an orderly stop if it lives; returns when it is ready.")
final class RestartCommand implements Callable<Integer> {
    @ParentCommand
    private Launcher launcher;

    @Parameters(paramLabel = "NAME", description = "As status shows it.")
    private String name;

    @Option(names = "--node-option", hidden = true, description = "One more option for its JVM, this time only.")
    private List<String> nodeOptions = List.of();

    @Override
    public Integer call() {
        Fleet fleet = new Fleet(launcher.data().real());
        if (!nodeOptions.isEmpty() && fleet.entry(name).kind() != ProcessKind.NODE) {
            throw LaunchException.usage("--node-option is for nodes; " + name + " is none");
        }
        RunState.Entry entry = fleet.restart(name, nodeOptions);
        new Readiness(Launcher::progress, () -> false).await(List.of(entry));
        Launcher.progress(name + " is ready, process " + entry.pid());
        return 0;
    }
}
