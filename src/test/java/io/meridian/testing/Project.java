package io.meridian.testing;

import io.meridian.launch.Launcher;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The project a test runs in: its directories and the parts that are built on demand. */
final class Project {
    private static final Set<String> BUILT = new HashSet<>();

    private Project() {}

    /** The project directory, wherever in it the tests were started. */
    static Path home() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.isExecutable(directory.resolve("engines/build"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("tests run inside the project; found no engines/build above "
                    + Path.of("").toAbsolutePath());
        }
        return directory;
    }

    /** Where this build writes, {@code target} unless the build was told otherwise. */
    static Path outputDirectory() {
        return Path.of(System.getProperty(
                "meridian.test.output", home().resolve("target").toString()));
    }

    /** What a node runs on: the classes that this build has just compiled, and the libraries of the project. */
    static String classPathUnderTest() {
        try {
            Path classes = Path.of(Launcher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path libraries = home().resolve(".build").resolve("runtime.classpath");
            return classes + File.pathSeparator + Files.readString(libraries).trim();
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("no class path for a node", e);
        }
    }

    /** Makes sure, once per JVM, that a part of {@code engines/build} is there. */
    static synchronized void build(String part) {
        if (BUILT.contains(part)) {
            return;
        }
        try {
            Path log = Files.createTempFile("meridian-build-", ".log");
            // Not inherited: the test runner talks to this JVM over its standard output.
            ProcessBuilder builder = new ProcessBuilder(
                            home().resolve("engines/build").toString(), part)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            // Tests run inside Maven: its own variables would lead the inner one astray, its repository is to be
            // shared.
            builder.environment().keySet().removeAll(Set.of("MAVEN_PROJECTBASEDIR", "MAVEN_CMD_LINE_ARGS"));
            String repository = System.getProperty("localRepository");
            if (repository != null) {
                builder.environment().put("MERIDIAN_MAVEN_FLAGS", "-Dmaven.repo.local=" + repository);
            }
            int status = builder.start().waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        "engines/build " + part + " ended with " + status + ":\n" + Files.readString(log));
            }
            Files.delete(log);
            BUILT.add(part);
        } catch (IOException e) {
            throw new IllegalStateException("engines/build " + part + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while building " + part, e);
        }
    }
}
