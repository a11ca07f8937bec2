package io.meridian.bench;

import java.util.List;

/**
 * Where the engines are that the floor is measured on: the same as the nodes'.
 *
 * @param kafka bootstrap servers
 * @param dataCenter Cassandra's, which is named as the region
 */
record FloorSite(String kafka, String cassandraHost, int cassandraPort, String dataCenter, String redis) {
    static FloorSite of(RunFile run) {
        RunFile.Entry kafka = one(run, "kafka");
        RunFile.Entry cassandra = one(run, "cassandra");
        return new FloorSite(
                "127.0.0.1:" + kafka.port(),
                "127.0.0.1",
                cassandra.port(),
                cassandra.region(),
                "redis://127.0.0.1:" + one(run, "redis").port());
    }

    static FloorSite parse(List<String> arguments) {
        return new FloorSite(
                arguments.get(0),
                arguments.get(1),
                Integer.parseInt(arguments.get(2)),
                arguments.get(3),
                arguments.get(4));
    }

    List<String> arguments() {
        return List.of(kafka, cassandraHost, Integer.toString(cassandraPort), dataCenter, redis);
    }

    private static RunFile.Entry one(RunFile run, String kind) {
        return run.ofKind(kind).stream()
                .findFirst()
                .orElseThrow(() -> new BenchException(
                        "the floor is measured on the engines of a run, and run.json names no " + kind));
    }
}
