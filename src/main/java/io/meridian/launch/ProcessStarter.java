package io.meridian.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns a definition into a running process that outlives its parent. */
final class ProcessStarter {
    private static final String SETSID = findOnPath("setsid");

    private ProcessStarter() {}

    /** @param mark variable and value by which {@link OrphanSweep} finds the process again */
    static ProcessId start(ProcessDefinition definition, Map.Entry<String, String> mark) {
        try {
            prepareFiles(definition);
            // A session of its own: Ctrl-C at the terminal reaches the launcher only, which stops things in order.
            List<String> command = new ArrayList<>(ownSession());
            command.addAll(definition.command());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(new File(definition.workingDirectory()))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(definition.log())));
            builder.environment().putAll(definition.environment());
            builder.environment().put(mark.getKey(), mark.getValue());
            // What the launcher's JVM was told is not meant for the engines.
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
            Process process = builder.start();
            // Dead already: an id that will never be alive again says the same.
            return ProcessId.of(process.pid()).orElse(new ProcessId(process.pid(), "gone"));
        } catch (IOException e) {
            throw new LaunchException("cannot start " + definition.name() + ": " + e.getMessage(), e);
        }
    }

    private static void prepareFiles(ProcessDefinition definition) throws IOException {
        Files.createDirectories(Path.of(definition.workingDirectory()));
        Files.createDirectories(definition.logFile().getParent());
        for (String directory : definition.directories()) {
            Files.createDirectories(Path.of(directory));
        }
        for (Map.Entry<String, String> file : definition.files().entrySet()) {
            Json.writeAtomically(Path.of(file.getKey()), file.getValue());
        }
        for (Map.Entry<String, String> file : definition.firstFiles().entrySet()) {
            if (!Files.exists(Path.of(file.getKey()))) {
                Json.writeAtomically(Path.of(file.getKey()), file.getValue());
            }
        }
    }

    /** What to put before a command so that it gets a session of its own; nothing where there is no such program. */
    static List<String> ownSession() {
        return SETSID == null ? List.of() : List.of(SETSID);
    }

    private static String findOnPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        for (String directory : path.split(File.pathSeparator)) {
            Path candidate = Path.of(directory, program);
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        return null;
    }
}
