package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in front of the launcher, in a project of their own with a Maven that only waits. */
class ScriptsTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int TERMINATED = 128 + 15;

    /** Finds nothing offline, then works until it is told to end, and fails. */
    private static final String MAVEN = """
            #!/bin/sh
            for argument in "$@"; do
              if [ "$argument" = -o ]; then exit 1; fi
            done
            echo $$ >>maven.pids
            until [ -e maven.end ]; do sleep 0.1; done
            echo '[ERROR] it was told to'
            exit 1
            """;

    @TempDir
    Path project;

    private Path said;

    @BeforeEach
    void copy() throws IOException {
        for (String script : List.of("meridian", "engines/build")) {
            Path copy = project.resolve(script);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(script).toAbsolutePath(), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (String file : List.of("pom.xml", "engines/pom.xml", "engines/kafka/pom.xml", "conf/c", "src/main/s")) {
            write(file, "");
        }
        write("verticles.json", "{}");
        program("bin/mvn", MAVEN);
        said = project.resolve("said");
    }

    @Test
    void whatCannotRunItIsSaidInOneLine() throws Exception {
        assertThat(refusal(jdk("jdk-11", "11.0.2", "java", "javac"), ""))
                .contains("Java 11", "jdk-11", "set JAVA_HOME");
        assertThat(refusal(jdk("jdk-26", "26-ea", "java", "javac"), "")).contains("Java 26", "set JAVA_HOME");
        assertThat(refusal(jdk("jre-17", "17.0.1", "java"), "")).contains("jre-17", "install the JDK 17");
        assertThat(refusal(project.resolve("nothing"), "")).contains("nothing", "no bin/java");
        Path good = jdk("jdk-21", "21.0.1", "java", "javac");
        assertThat(refusal(good, "")).contains("Cassandra runs on a JDK 17 only", "MERIDIAN_CASSANDRA_JAVA_HOME");
        assertThat(refusal(good, jdk("other", "18", "java").toString()))
                .contains("is 18", "MERIDIAN_CASSANDRA_JAVA_HOME");
    }

    @Test
    void aLongBuildSaysThatItGoesOnAndWhyItFailed() throws Exception {
        Process up = up(jdk17(), "");
        Awaitility.await().atMost(BOUND).until(() -> Files.readString(said).contains("still at it: engines classes"));

        write("maven.end", "");

        assertThat(status(up)).isEqualTo(1);
        assertThat(Files.readString(said))
                .contains("downloading artifacts", "[ERROR] it was told to", "the build failed");
    }

    @Test
    void aBuildThatIsCutShortTakesMavenWithIt() throws Exception {
        Process up = up(jdk17(), "");
        Awaitility.await().atMost(BOUND).until(() -> !mavens().isEmpty());
        List<ProcessHandle> running = mavens();

        up.destroy();

        assertThat(status(up)).isEqualTo(TERMINATED);
        Awaitility.await().atMost(BOUND).until(() -> running.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(Files.readString(said).lines()).last().asString().isEqualTo("meridian: the build was interrupted");
    }

    /** The only line that {@code meridian up} says with such a JDK. */
    private String refusal(Path javaHome, String cassandraJavaHome) throws Exception {
        assertThat(status(up(javaHome, cassandraJavaHome))).isEqualTo(1);
        assertThat(mavens()).isEmpty();
        List<String> lines = Files.readAllLines(said);
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).startsWith("meridian: ");
        return lines.get(0);
    }

    private Process up(Path javaHome, String cassandraJavaHome) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(project.resolve("meridian").toString(), "up")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        javaHome.toString(),
                        "PATH",
                        project.resolve("bin") + File.pathSeparator + System.getenv("PATH"),
                        "MERIDIAN_PROGRESS_SECONDS",
                        "1"));
        builder.environment().remove("MERIDIAN_CASSANDRA_JAVA_HOME");
        if (!cassandraJavaHome.isEmpty()) {
            builder.environment().put("MERIDIAN_CASSANDRA_JAVA_HOME", cassandraJavaHome);
        }
        return builder.start();
    }

    private static int status(Process process) throws InterruptedException {
        assertThat(process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private List<ProcessHandle> mavens() throws IOException {
        Path pids = project.resolve("maven.pids");
        return Files.exists(pids)
                ? Files.readAllLines(pids).stream()
                        .map(Long::valueOf)
                        .map(ProcessHandle::of)
                        .flatMap(Optional::stream)
                        .toList()
                : List.of();
    }

    /** A directory that looks like a JDK; nothing in it is to be run. */
    private Path jdk(String name, String version, String... programs) throws IOException {
        write(name + "/release", "JAVA_VERSION=\"" + version + "\"\n");
        for (String program : programs) {
            program(name + "/bin/" + program, "#!/bin/sh\nexit 99\n");
        }
        return project.resolve(name);
    }

    /** Good enough for a build: no Java runs before it is done. */
    private Path jdk17() throws IOException {
        return jdk("jdk-17", "17.0.1", "java", "javac");
    }

    private void program(String file, String text) throws IOException {
        assertThat(write(file, text).toFile().setExecutable(true)).isTrue();
    }

    private Path write(String file, String text) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }
}
