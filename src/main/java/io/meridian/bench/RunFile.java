package io.meridian.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What runs on this machine, from the launcher's {@code run.json}.
 *
 * @param urls every node's
 */
record RunFile(List<URI> urls, List<Entry> processes) {
    RunFile {
        urls = List.copyOf(urls);
        processes = List.copyOf(processes);
    }

    /** @param kind {@code node}, {@code kafka}, {@code cassandra}, {@code redis}, {@code mirrormaker} */
    record Entry(String name, String kind, String region, long pid, int port) {}

    /** Empty if nothing was started there. */
    static Optional<RunFile> read(Path file) {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            JsonNode root = JsonMapper.builder().build().readTree(Files.readString(file));
            List<URI> urls = new ArrayList<>();
            root.path("regions")
                    .forEach(region -> region.path("nodes")
                            .forEach(
                                    node -> urls.add(URI.create(node.path("url").asText()))));
            List<Entry> processes = new ArrayList<>();
            root.path("processes").forEach(process -> processes.add(entry(process)));
            return Optional.of(new RunFile(urls, processes));
        } catch (IOException e) {
            throw new BenchException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Entry entry(JsonNode process) {
        return new Entry(
                process.path("name").asText(),
                process.path("kind").asText(),
                process.path("region").asText(),
                process.path("pid").asLong(),
                process.path("ports").path("main").asInt());
    }

    List<Entry> ofKind(String kind) {
        return processes.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }
}
