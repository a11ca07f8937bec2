package io.meridian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.launch.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** What a region's nodes say and hold while a test does its worst, from the time this is made. */
public final class NodeWatch {
    /** Shorter ones a busy machine makes by itself; from here on Vert.x tells where it was. */
    private static final Pattern BLOCKED = Pattern.compile("has been blocked for (\\d{2,}|[5-9])\\d{3} ms");
    /** Connections whose client went are told by the system, those that say nothing by the hello's time-out. */
    private static final Duration GONE = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final Map<String, Long> logged = new LinkedHashMap<>();
    private final long sessions;

    public NodeWatch(Cluster cluster) {
        this.cluster = cluster;
        for (String node : cluster.nodeNames()) {
            logged.put(node, size(cluster.log(node)));
        }
        this.sessions = sessions();
    }

    /**
     * No error, no stack trace, no blocked event loop, no outage was logged, nor any of the secrets, nor a line that somebody
     * else wrote; and no session is left of those that were made.
     */
    public void isUnharmed(String... secrets) {
        logged.forEach((node, from) -> {
            String log = since(cluster.log(node), from);
            assertThat(log.lines()
                            .filter(line -> line.contains(" ERROR ")
                                    || line.contains("A dependency is out")
                                    || line.contains("forged")
                                    || line.startsWith("\tat ")
                                    || BLOCKED.matcher(line).find())
                            .limit(20))
                    .as("log of " + node)
                    .isEmpty();
            Arrays.stream(secrets).forEach(secret -> assertThat(log).doesNotContain(secret));
        });
        Awaitility.await().atMost(GONE).pollInterval(Duration.ofSeconds(1)).until(() -> sessions() <= sessions);
    }

    /** Live sessions of all nodes, counted by what their heaps hold. */
    public long sessions() {
        return cluster.nodeNames().stream()
                .mapToLong(node -> histogram(cluster.process(node))
                        .lines()
                        .map(line -> line.strip().split("\\s+"))
                        .filter(row -> row.length >= 4 && row[3].equals("io.meridian.gateway.Session"))
                        .mapToLong(row -> Long.parseLong(row[1]))
                        .sum())
                .sum();
    }

    private static String histogram(RunState.Entry process) {
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(process.pid()),
                            "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path log) {
        try {
            return Files.size(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String since(Path log, long from) {
        try {
            byte[] all = Files.readAllBytes(log);
            return new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What no answer may hold: the insides of the server. */
    public static void tellsNothing(String answer) {
        for (String inside :
                List.of("Exception", "io.meridian", "io.vertx", "java.", "\tat ", "SELECT ", "127.0.0.1", "us-east-")) {
            assertThat(answer).doesNotContain(inside);
        }
    }
}
