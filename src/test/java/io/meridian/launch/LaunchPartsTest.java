package io.meridian.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.jwk.ECKey;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small parts of the launcher. */
class LaunchPartsTest {
    @Test
    void theRedisBinaryFollowsThePlatform() {
        assertThat(RedisDefinition.binaryName("Linux", "amd64")).isEqualTo("redis-server-7.0.15-linux-amd64");
        assertThat(RedisDefinition.binaryName("Linux", "aarch64")).isEqualTo("redis-server-7.0.15-linux-arm64");
        assertThat(RedisDefinition.binaryName("Mac OS X", "aarch64")).isEqualTo("redis-server-7.0.15-darwin-arm64");
        assertThatExceptionOfType(LaunchException.class)
                .isThrownBy(() -> RedisDefinition.binaryName("Windows 11", "amd64"))
                .withMessageContaining("Windows 11");
    }

    @Test
    void memoryIsTheSmallerOfMachineAndContainer() {
        assertThat(FreeMemory.ofMachine("MemTotal: 99 kB\nMemAvailable:    2048000 kB\n"))
                .isEqualTo(OptionalLong.of(2000));
        assertThat(FreeMemory.ofContainer("2097152000\n", "anon 1048576000\nfile 5\n"))
                .isEqualTo(OptionalLong.of(1000));
        assertThat(FreeMemory.ofContainer("max\n", "anon 1\n")).isEmpty();
        assertThat(FreeMemory.ofMachine("")).isEmpty();
    }

    @Test
    void tooLittleMemoryIsSaidInOneLine() {
        FreeMemory.require(1, OptionalLong.of(1_300));
        FreeMemory.require(9, OptionalLong.empty());

        assertThatExceptionOfType(LaunchException.class)
                .isThrownBy(() -> FreeMemory.require(2, OptionalLong.of(1_699)))
                .withMessage("too little memory: 1699 MiB are free and 2 nodes with the engines need 1700 MiB");
    }

    @Test
    void aLogThatGrewTooLongBeginsAnewUnderItsWriter(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("node.log");
        Path small = Files.writeString(directory.resolve("redis.log"), "short");
        // As a process has it open: see ProcessStarter.
        try (OutputStream writer = new FileOutputStream(log.toFile(), true)) {
            writer.write("the first ".getBytes(UTF_8));
            LogLimit.enforce(directory, 9);
            writer.write("the second ".getBytes(UTF_8));
            LogLimit.enforce(directory, 9);
            writer.write("third".getBytes(UTF_8));
            LogLimit.enforce(directory, 9);
        }

        assertThat(log).hasContent("third");
        assertThat(directory.resolve("node.log.1")).hasContent("the second ");
        assertThat(small).hasContent("short");
        assertThat(directory.toFile().list()).hasSize(3);
    }

    @Test
    void aRunKeepsTheJarItWasStartedFrom(@TempDir Path home) throws IOException {
        Path build = Files.createDirectories(home.resolve(".build"));
        Path jar = Files.writeString(build.resolve("meridian-2.jar"), "two");
        Path classes = Files.createDirectories(home.resolve("run/classes"));
        Files.writeString(classes.resolve("meridian-1.jar"), "one");
        String path =
                String.join(File.pathSeparator, jar.toString(), "/repository/vertx.jar", home + "/target/classes");

        Installation kept = Installation.at(home, path).keptIn(classes);
        Files.delete(jar);

        assertThat(kept.nodeClassPath().split(File.pathSeparator))
                .containsExactly(
                        classes.resolve("meridian-2.jar").toString(),
                        "/repository/vertx.jar",
                        home + "/target/classes");
        assertThat(classes.resolve("meridian-2.jar")).hasContent("two");
        assertThat(classes.toFile().list()).containsExactly("meridian-2.jar");
    }

    @Test
    void theEndOfALogIsItsLastLines() {
        assertThat(LogTail.last("a\nb\nc\n", 2)).isEqualTo("b\nc");
        assertThat(LogTail.last("a\n", 5)).isEqualTo("a");
        assertThat(LogTail.last("", 5)).isEmpty();
    }

    @Test
    void aTakenPortIsNotFree() throws IOException {
        int port = new FreePorts(new Random()).next();
        assertThat(FreePorts.isFree(port)).isTrue();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePorts.isFree(taken.getLocalPort())).isFalse();
        }
    }

    @Test
    void portsOfABlockLieApart() {
        int first = new FreePorts(new Random()).nextBlock(3, 10);

        assertThat(List.of(first, first + 10, first + 20)).allMatch(FreePorts::isFree);
    }

    @Test
    void theSigningKeyIsMadeOnceForItsOwnerOnly(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("secrets").resolve("signing-key.json");

        SigningKey.ensure(file);
        String first = Files.readString(file);
        SigningKey.ensure(file);

        assertThat(Files.readString(file)).isEqualTo(first);
        ECKey key = ECKey.parse(first);
        assertThat(key.isPrivate()).isTrue();
        assertThat(key.getCurve().getName()).isEqualTo("P-256");
        assertThat(key.getKeyID()).isNotBlank();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void onlyOneHoldsASupervisorsLock(@TempDir Path directory) {
        Path file = directory.resolve("supervisor.lock");
        try (RunLock first = RunLock.tryHold(file).orElseThrow()) {
            assertThat(first).isNotNull();
            assertThat(RunLock.tryHold(file)).isEmpty();
        }
        assertThat(RunLock.tryHold(file)).isPresent().get().satisfies(RunLock::close);
    }

    @Test
    void statusShowsAColumnForEachFact() {
        RunState.Entry redis = new RunState.Entry(
                "us-east-redis", ProcessKind.REDIS, "us-east", 7, Map.of("main", 6379), "/logs/redis.log", "boot:1");

        assertThat(StatusTable.render(List.of(new StatusTable.Row(redis, StatusTable.DEAD)))
                        .lines())
                .containsExactly(
                        "NAME           KIND   REGION   PID  PORT  CONDITION  LOG",
                        "us-east-redis  redis  us-east  7    6379  dead       /logs/redis.log");
    }
}
