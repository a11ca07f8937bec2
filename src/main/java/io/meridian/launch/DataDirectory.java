package io.meridian.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where one run keeps what it needs: the only place that knows the layout.
 *
 * <pre>
 * run.json               what runs: regions, nodes, processes
 * supervisor.json        who watches it
 * ports.json             ports chosen once, by process and purpose
 * processes/NAME.json    how each process is started
 * logs/NAME.log          what it printed; NAME.log.1 is what was cut off, see LogLimit
 * classes/               the jar that this run's nodes were started from
 * secrets/               the signing key of this run
 * REGION/NAME/           what an engine stores
 * REGION/NAME.conf       a node's configuration
 * </pre>
 */
record DataDirectory(Path root) {
    DataDirectory {
        root = root.toAbsolutePath().normalize();
    }

    /** Makes the directory and gives it under its real name, so that two spellings of it are one run. */
    static DataDirectory create(Path path) {
        try {
            Files.createDirectories(path);
            return new DataDirectory(path.toRealPath());
        } catch (IOException e) {
            throw new LaunchException("the data directory " + path + " cannot be made: " + e.getMessage(), e);
        }
    }

    /** The same directory under its real name; a directory that is not there holds no run. */
    DataDirectory real() {
        if (!Files.isDirectory(root)) {
            throw Fleet.notRunning();
        }
        return create(root);
    }

    Path runFile() {
        return root.resolve("run.json");
    }

    Path supervisorFile() {
        return root.resolve("supervisor.json");
    }

    /** Held by the supervisor as long as it lives; the system lets go of it whichever way it ends. */
    Path supervisorLock() {
        return root.resolve("supervisor.lock");
    }

    /** Held for each change of {@link #runFile()}. */
    Path changeLock() {
        return root.resolve("run.lock");
    }

    Path portsFile() {
        return root.resolve("ports.json");
    }

    Path definitionFile(String process) {
        return root.resolve("processes").resolve(process + ".json");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path log(String process) {
        return logs().resolve(process + ".log");
    }

    Path classes() {
        return root.resolve("classes");
    }

    Path signingKey() {
        return root.resolve("secrets").resolve("signing-key.json");
    }

    Path engineDirectory(String region, String process) {
        return root.resolve(region).resolve(process);
    }

    Path nodeConfiguration(String region, String node) {
        return root.resolve(region).resolve(node + ".conf");
    }
}
