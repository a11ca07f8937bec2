package io.meridian.testing;

import io.meridian.launch.LocalEngine;
import io.meridian.launch.OrphanSweep;
import io.meridian.launch.ProcessKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Real engines for tests: each is started when it is first asked for, once per JVM, and stopped with it.
 *
 * <p>Tests share them, so each uses names of its own (topics, keyspaces, key prefixes). A test that kills or empties an engine
 * takes one to itself with {@link #startKafka}, {@link #startCassandra} or {@link #startRedis} and closes it.
 */
public final class Engines {
    /** The region the shared engines belong to; Cassandra's data centre. */
    public static final String REGION = "us-east";

    private static final Map<ProcessKind, LocalEngine> SHARED = new EnumMap<>(ProcessKind.class);
    private static final List<LocalEngine> STARTED = new ArrayList<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Engines::stopAll, "engines-stop"));
        OrphanSweep.killTiedToTheDead();
    }

    private Engines() {}

    /** Kafka's bootstrap servers, {@code 127.0.0.1:port}. */
    public static String kafka() {
        return shared(ProcessKind.KAFKA).address();
    }

    /** Where Cassandra takes queries. */
    public static CassandraPoint cassandra() {
        return new CassandraPoint("127.0.0.1", shared(ProcessKind.CASSANDRA).port(), REGION);
    }

    /** Redis' URL, {@code redis://127.0.0.1:port}. */
    public static String redis() {
        return redisUrl(shared(ProcessKind.REDIS));
    }

    /** A Kafka of its own for a test that kills it; the same directory holds the same data. */
    public static LocalEngine startKafka(Path directory) {
        return startOwn(ProcessKind.KAFKA, directory);
    }

    /** A Cassandra of its own for a test that kills it. */
    public static LocalEngine startCassandra(Path directory) {
        return startOwn(ProcessKind.CASSANDRA, directory);
    }

    /** A Redis of its own for a test that kills or empties it. */
    public static LocalEngine startRedis(Path directory) {
        return startOwn(ProcessKind.REDIS, directory);
    }

    /** One node of a Redis Cluster that is yet to be joined; {@code busPort} is where it speaks to the others. */
    public static LocalEngine startClusterRedis(Path directory, int busPort) {
        return start(
                ProcessKind.REDIS,
                directory,
                List.of(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-port",
                        Integer.toString(busPort),
                        "--cluster-node-timeout",
                        "1500"));
    }

    public static String redisUrl(LocalEngine redis) {
        return "redis://" + redis.address();
    }

    /**
     * @param dataCenter what the driver wants as its local data centre
     */
    public record CassandraPoint(String host, int port, String dataCenter) {
        /** {@code host:port}, as configuration names contact points. */
        public String contactPoint() {
            return host + ":" + port;
        }
    }

    private static LocalEngine shared(ProcessKind kind) {
        synchronized (SHARED) {
            return SHARED.computeIfAbsent(kind, Engines::startShared);
        }
    }

    private static LocalEngine startShared(ProcessKind kind) {
        try {
            Path parent = Project.outputDirectory().resolve("engines");
            Files.createDirectories(parent);
            return startOwn(kind, Files.createTempDirectory(parent, kind.label() + "-"));
        } catch (IOException e) {
            throw new IllegalStateException("no directory for " + kind + " can be made", e);
        }
    }

    private static LocalEngine startOwn(ProcessKind kind, Path directory) {
        return start(kind, directory, List.of());
    }

    private static LocalEngine start(ProcessKind kind, Path directory, List<String> arguments) {
        Project.build("engines");
        LocalEngine engine = LocalEngine.define(kind, Project.home(), directory, REGION, arguments);
        synchronized (STARTED) {
            STARTED.add(engine);
        }
        return engine.start();
    }

    private static void stopAll() {
        List<LocalEngine> engines;
        synchronized (STARTED) {
            engines = List.copyOf(STARTED);
        }
        // Killed, not stopped: nobody reads this data again, and an orderly stop of Cassandra takes seconds.
        engines.parallelStream().forEach(LocalEngine::kill);
    }
}
