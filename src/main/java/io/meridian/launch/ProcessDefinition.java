package io.meridian.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Everything needed to start one process, and to start it again without whoever started it first.
 *
 * <p>It is kept as JSON in the data directory, so {@code meridian restart NAME} works while no supervisor lives. Files and
 * directories are part of it because a test may have emptied an engine's directory in between.
 *
 * @param name unique in the run: {@code us-east-kafka}, {@code us-east-node-1}
 * @param command the program and its arguments; paths are absolute
 * @param environment added to the environment inherited
 * @param workingDirectory made before the start
 * @param ports by purpose; the one under {@link #MAIN_PORT} is the one that answers a probe
 * @param log takes standard output and error, appended
 * @param directories made before every start
 * @param files path to content, written before every start
 * @param firstFiles path to content, written only where the file is missing: what gives stored data its identity
 */
public record ProcessDefinition(
        String name,
        ProcessKind kind,
        String region,
        List<String> command,
        Map<String, String> environment,
        String workingDirectory,
        Map<String, Integer> ports,
        String log,
        List<String> directories,
        Map<String, String> files,
        Map<String, String> firstFiles) {

    /** The port clients use, and the one a probe asks: each kind has it. */
    static final String MAIN_PORT = "main";

    public ProcessDefinition {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        ports = Map.copyOf(ports);
        directories = List.copyOf(directories);
        files = Map.copyOf(files);
        firstFiles = Map.copyOf(firstFiles);
        if (!ports.containsKey(MAIN_PORT)) {
            throw new IllegalArgumentException(name + " names no port '" + MAIN_PORT + "'; found " + ports.keySet());
        }
    }

    ProcessDefinition withCommand(List<String> next) {
        return new ProcessDefinition(
                name, kind, region, next, environment, workingDirectory, ports, log, directories, files, firstFiles);
    }

    int mainPort() {
        return ports.get(MAIN_PORT);
    }

    Path logFile() {
        return Path.of(log);
    }
}
