package io.meridian.bench;

import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code meridian bench} takes; one place for the launcher, which explains it, and the process that measures. */
final class BenchOptions {
    @Option(
            names = "--scenario",
            defaultValue = "pairs",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Scenario scenario;

    @Option(
            names = "--users",
            defaultValue = "200",
            description = "Accounts, each with one connected device. Default: ${DEFAULT-VALUE}.")
    int users;

    @Option(
            names = "--rate",
            defaultValue = "300",
            description = "Messages a second over all users. Default: ${DEFAULT-VALUE}.")
    double rate;

    @Option(names = "--seconds", defaultValue = "30", description = "How long is measured. Default: ${DEFAULT-VALUE}.")
    int seconds;

    @Option(
            names = "--warmup",
            defaultValue = "10",
            description = "Seconds of the same load before, not counted. Default: ${DEFAULT-VALUE}.")
    int warmup;

    @Option(
            names = "--settle",
            defaultValue = "10",
            description = "The most seconds to wait for what was sent. Default: ${DEFAULT-VALUE}.")
    int settle;

    @Option(names = "--group-size", defaultValue = "50", description = "Members of a group. Default: ${DEFAULT-VALUE}.")
    int groupSize;

    @Option(
            names = "--connections",
            defaultValue = "2000",
            description = "Connections of the idle scenario. Default: ${DEFAULT-VALUE}.")
    int connections;

    @Option(
            names = "--loops",
            defaultValue = "2",
            description = "Event loops of the generator. Default: ${DEFAULT-VALUE}.")
    int loops;

    @Option(
            names = "--seed",
            paramLabel = "NAME",
            description = "Use the users bench-NAME-N, of an earlier run perhaps. Default: new ones.")
    String seed;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A node, as http://127.0.0.1:8080; repeat it for several. Default: all of the run.")
    List<URI> urls = List.of();
}
