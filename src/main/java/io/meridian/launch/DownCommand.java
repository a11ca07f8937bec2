package io.meridian.launch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code meridian down}. */
@Command(name = "down", description = "Stops everything, the launcher too. Data stays.")
final class DownCommand implements Callable<Integer> {
    /** Longer than a supervisor takes when every process has to be killed. */
    private static final Duration SUPERVISOR_BOUND = Duration.ofSeconds(60);

    @ParentCommand
    private Launcher launcher;

    @Override
    public Integer call() {
        DataDirectory data = launcher.data().real();
        Fleet fleet = new Fleet(data);
        Optional<ProcessId> supervisor = Supervisor.of(data);
        if (supervisor.isEmpty() && !fleet.somethingLives()) {
            fleet.stopAll(Launcher::progress); // forgets a run that was killed
            Launcher.progress("nothing runs");
            return 0;
        }
        supervisor.ifPresent(process -> {
            Launcher.progress("stopping");
            process.stop(SUPERVISOR_BOUND);
        });
        // After a supervisor that did its work there is nothing left to do here.
        fleet.stopAll(Launcher::progress);
        Launcher.progress("stopped; the data is in " + data.root());
        return 0;
    }
}
