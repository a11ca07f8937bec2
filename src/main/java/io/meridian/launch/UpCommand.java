package io.meridian.launch;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code meridian up}. */
@Command(name = "up", description = "Starts the engines and the nodes.")
final class UpCommand implements Callable<Integer> {
    enum Switch {
        ON,
        OFF
    }

    @ParentCommand
    private Launcher launcher;

    @Option(names = "--regions", split = ",", defaultValue = "us-east", description = "Default: ${DEFAULT-VALUE}.")
    private List<String> regions;

    @Option(names = "--nodes", defaultValue = "1", description = "Nodes in the region. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(names = "--detach", description = "Return when everything is ready and leave it running.")
    private boolean detach;

    @Option(
            names = "--limits",
            defaultValue = "on",
            description = "off lifts the rate limits, for measurements. Default: ${DEFAULT-VALUE}.")
    private Switch limits;

    @Option(names = "--no-restart", description = "Leave an engine that died as it is.")
    private boolean noRestart;

    @Option(
            names = "--base-port",
            defaultValue = "8080",
            description = "HTTP port of the first node; the n-th has 10(n-1) more. Default: ${DEFAULT-VALUE}.")
    private int basePort;

    @Option(names = "--node-option", hidden = true, description = "One more option for the nodes' JVMs.")
    private List<String> nodeOptions = List.of();

    @Override
    public Integer call() {
        UpOptions options = new UpOptions(regions, nodes, limits == Switch.ON, !noRestart, basePort, nodeOptions);
        DataDirectory data = DataDirectory.create(launcher.data().root());
        if (detach) {
            return new DetachedStart(launcher.home(), data, options).run();
        }
        Installation installation = Installation.at(launcher.home());
        new Supervisor(data, options, installation, Launcher::progress)
                .run(region -> System.out.println(region.name() + "  " + region.url()));
        return 0;
    }
}
