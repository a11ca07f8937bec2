package io.meridian.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the programs are: the project directory with the class paths that {@code engines/build} wrote, and the JDKs.
 *
 * @param home the project directory
 * @param java the {@code java} program that runs nodes and Kafka
 * @param cassandraJava the {@code java} program that runs Cassandra, which needs a JDK 17
 * @param nodeClassPath what a node runs on
 */
record Installation(Path home, Path java, Path cassandraJava, String nodeClassPath) {
    private static final String CASSANDRA_JAVA_HOME = "MERIDIAN_CASSANDRA_JAVA_HOME";

    /** The installation below a project directory, with nodes on this JVM's own class path. */
    static Installation at(Path home) {
        return at(home, System.getProperty("java.class.path"));
    }

    static Installation at(Path home, String nodeClassPath) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String other = System.getenv(CASSANDRA_JAVA_HOME);
        Path cassandraJava = other == null || other.isBlank() ? java : Path.of(other, "bin", "java");
        return new Installation(home.toAbsolutePath().normalize(), java, cassandraJava, nodeClassPath);
    }

    /**
     * The same, with what the project's own build made copied to a directory of the run: the builds that follow clear away older
     * jars, and a node of this run is to start again from what it was started from.
     *
     * @param classes holds copies of this start alone afterwards
     */
    Installation keptIn(Path classes) {
        List<String> entries = new ArrayList<>();
        try {
            Files.createDirectories(classes);
            try (Stream<Path> old = Files.list(classes)) {
                for (Path file : old.toList()) {
                    Files.delete(file);
                }
            }
            for (String entry : nodeClassPath.split(File.pathSeparator)) {
                Path jar = Path.of(entry).toAbsolutePath();
                if (buildDirectory().equals(jar.getParent()) && Files.isRegularFile(jar)) {
                    Path copy = classes.resolve(jar.getFileName());
                    Files.copy(jar, copy);
                    entries.add(copy.toString());
                } else {
                    entries.add(entry);
                }
            }
        } catch (IOException e) {
            throw new LaunchException("the node's classes cannot be copied to " + classes + ": " + e.getMessage(), e);
        }
        return new Installation(home, java, cassandraJava, String.join(File.pathSeparator, entries));
    }

    /** The engine's jars, joined as {@code -cp} takes them. */
    String engineClassPath(ProcessKind kind) {
        return classPath(home, kind.label());
    }

    Path buildDirectory() {
        return home.resolve(".build");
    }

    static String classPath(Path home, String name) {
        Path file = home.resolve(".build").resolve(name + ".classpath");
        try {
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new LaunchException(
                    file + " is missing; run ./meridian from the project, it builds what is needed", e);
        }
    }
}
