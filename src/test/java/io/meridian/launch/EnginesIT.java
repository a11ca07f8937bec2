package io.meridian.launch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testing.Engines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real engines started, killed, emptied and started again by what the launcher starts them with. */
class EnginesIT {
    @TempDir
    Path directory;

    @Test
    void redisKeepsItsPortAndItsDataOverAKill() throws Exception {
        try (LocalEngine redis = Engines.startRedis(directory.resolve("redis"))) {
            int port = redis.port();
            assertThat(say(port, "SET name meridian")).isEqualTo("+OK");
            // Written within a second or two, even if the disk is slow.
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> isOnDisk(redis.directory()));

            redis.kill();
            assertThat(redis.isAlive()).isFalse();
            redis.start();

            assertThat(redis.port()).isEqualTo(port);
            assertThat(say(port, "STRLEN name")).isEqualTo(":8");
        }
    }

    @Test
    void redisStartsWithItsDataGone() throws Exception {
        try (LocalEngine redis = Engines.startRedis(directory.resolve("redis"))) {
            assertThat(say(redis.port(), "SET name meridian")).isEqualTo("+OK");

            redis.kill();
            deleteTree(redis.directory());
            redis.start();

            assertThat(say(redis.port(), "DBSIZE")).isEqualTo(":0");
        }
    }

    @Test
    void kafkaServesAgainSoonAfterAKill() {
        try (LocalEngine kafka = Engines.startKafka(directory.resolve("kafka"))) {
            kafka.kill();
            long started = System.nanoTime();
            kafka.start();

            // Unless its session is short, the controller refuses it for many seconds as a duplicate of itself.
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void anEngineThatIsPausedDoesNotAnswer() {
        try (LocalEngine redis = Engines.startRedis(directory.resolve("redis"))) {
            redis.pause();
            assertThat(redis.isAlive()).isTrue();
            assertThat(Probe.answers(ProcessKind.REDIS, redis.port())).isFalse();

            redis.resume();
            redis.awaitReady();
        }
    }

    private static boolean isOnDisk(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".aof"))
                    .anyMatch(file -> read(file).contains("meridian"));
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static String say(int port, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
            return new java.io.BufferedReader(new java.io.InputStreamReader(socket.getInputStream(), US_ASCII))
                    .readLine();
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
