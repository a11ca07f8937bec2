package io.meridian.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds processes by the marks in their environment: those that were started in the moment before their launcher was killed and
 * so stand in no record, and what test runs that were killed left behind. Only on Linux; elsewhere it finds nothing.
 */
public final class OrphanSweep {
    /** Which run a process belongs to: the data directory. */
    static final String RUN_VARIABLE = "MERIDIAN_RUN";

    /** A process without which this one has no purpose: {@code pid:started}. Children inherit it. */
    public static final String TIED_VARIABLE = "MERIDIAN_TIED_TO";

    /** Somebody may be starting what was killed again; he is among those found the next time. */
    private static final int ROUNDS = 3;

    private OrphanSweep() {}

    /** The value of {@link #TIED_VARIABLE} for what must not outlive this JVM. */
    public static String tieToThisProcess() {
        ProcessId self = ProcessId.current();
        return self.pid() + ":" + self.started();
    }

    /** Kills everything that is tied to a process that lives no more. */
    public static void killTiedToTheDead() {
        for (int round = 0; round < ROUNDS; round++) {
            List<ProcessId> found = find(TIED_VARIABLE, OrphanSweep::isDead);
            if (found.isEmpty()) {
                return;
            }
            found.forEach(ProcessId::kill);
        }
    }

    static List<ProcessId> ofRun(String run) {
        return find(RUN_VARIABLE, run::equals);
    }

    private static boolean isDead(String tie) {
        String[] parts = tie.split(":", 2);
        return parts.length == 2
                && parts[0].matches("\\d{1,9}")
                && !new ProcessId(Long.parseLong(parts[0]), parts[1]).isAlive();
    }

    private static List<ProcessId> find(String variable, Predicate<String> wanted) {
        List<ProcessId> found = new ArrayList<>();
        Path proc = Path.of("/proc");
        if (!Files.isDirectory(proc.resolve("self"))) {
            return found;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path entry : entries) {
                if (valuesOf(entry, variable).stream().anyMatch(wanted)) {
                    ProcessId.of(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            throw new LaunchException("cannot list the processes of this machine: " + e.getMessage(), e);
        }
        return found;
    }

    private static List<String> valuesOf(Path process, String variable) {
        String prefix = variable + "=";
        try {
            String environment = new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.UTF_8);
            return List.of(environment.split("\0")).stream()
                    .filter(entry -> entry.startsWith(prefix))
                    .map(entry -> entry.substring(prefix.length()))
                    .toList();
        } catch (IOException e) {
            // Gone in between, or another user's: neither is ours.
            return List.of();
        }
    }
}
