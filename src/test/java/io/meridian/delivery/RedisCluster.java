package io.meridian.delivery;

import static io.meridian.delivery.TestInboxes.await;

import io.meridian.launch.FreePorts;
import io.meridian.launch.LocalEngine;
import io.meridian.message.UserId;
import io.meridian.testing.Engines;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Three primaries of a Redis Cluster on this machine, without replicas, each with a third of the slots. */
final class RedisCluster implements AutoCloseable {
    static final int PRIMARIES = 3;
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final Path directory;
    private final Vertx vertx;
    private final List<LocalEngine> engines = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();

    RedisCluster(Path directory, Vertx vertx) {
        this.directory = directory;
        this.vertx = vertx;
        FreePorts free = new FreePorts(new Random());
        List<Integer> buses = new ArrayList<>();
        for (int i = 0; i < PRIMARIES; i++) {
            buses.add(free.next());
            engines.add(Engines.startClusterRedis(directory.resolve("r" + i), buses.get(i)));
        }
        for (int i = 0; i < PRIMARIES; i++) {
            ids.add(ask(i, Command.CLUSTER, "MYID").toString());
            int first = i * KeySlot.SLOTS / PRIMARIES;
            int last = (i + 1) * KeySlot.SLOTS / PRIMARIES - 1;
            ask(i, Command.CLUSTER, "ADDSLOTSRANGE", first, last);
            if (i > 0) {
                ask(0, Command.CLUSTER, "MEET", "127.0.0.1", engines.get(i).port(), buses.get(i));
            }
        }
        awaitWhole();
    }

    String urls() {
        return engines.stream().map(Engines::redisUrl).collect(Collectors.joining(","));
    }

    LocalEngine engine(int node) {
        return engines.get(node);
    }

    /** Returns when every node finds the cluster whole. */
    void awaitWhole() {
        Awaitility.await().atMost(BOUND).ignoreExceptions().until(() -> {
            for (int i = 0; i < PRIMARIES; i++) {
                String info = ask(i, Command.CLUSTER, "INFO").toString();
                if (!info.contains("cluster_state:ok")
                        || !info.contains("cluster_size:3")
                        || !info.contains("cluster_slots_ok:16384")) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Before any slot has moved. */
    static int nodeOf(UserId user) {
        int slot = KeySlot.of(user);
        return (int) IntStream.range(1, PRIMARIES)
                .filter(node -> slot >= node * KeySlot.SLOTS / PRIMARIES)
                .count();
    }

    /** Everything a killed node has stored, but not what it knows of its cluster. */
    void empty(int node) throws IOException {
        try (Stream<Path> files =
                Files.walk(directory.resolve("r" + node).resolve("data").resolve("appendonlydir"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** As {@code redis-cli --cluster reshard} does. */
    void move(int slot, int from, int to) {
        beginMove(slot, from, to);
        moveKeys(slot, from, to, Integer.MAX_VALUE);
        endMove(slot, to);
    }

    void beginMove(int slot, int from, int to) {
        ask(to, Command.CLUSTER, "SETSLOT", slot, "IMPORTING", ids.get(from));
        ask(from, Command.CLUSTER, "SETSLOT", slot, "MIGRATING", ids.get(to));
    }

    void moveKeys(int slot, int from, int to, int most) {
        int moved = 0;
        Response keys = ask(from, Command.CLUSTER, "GETKEYSINSLOT", slot, 100);
        while (keys.size() > 0 && moved < most) {
            ask(from, Command.MIGRATE, "127.0.0.1", engines.get(to).port(), keys.get(0), 0, 5_000);
            moved++;
            keys = ask(from, Command.CLUSTER, "GETKEYSINSLOT", slot, 100);
        }
    }

    void endMove(int slot, int to) {
        ask(to, Command.CLUSTER, "SETSLOT", slot, "NODE", ids.get(to));
        for (int i = 0; i < PRIMARIES; i++) {
            ask(i, Command.CLUSTER, "SETSLOT", slot, "NODE", ids.get(to));
        }
    }

    Response ask(int node, Command command, Object... args) {
        Redis client =
                Redis.createClient(vertx, new RedisOptions().setConnectionString(Engines.redisUrl(engines.get(node))));
        Request request = Request.cmd(command);
        for (Object arg : args) {
            request.arg(arg.toString());
        }
        try {
            return await(client.send(request));
        } finally {
            client.close();
        }
    }

    @Override
    public void close() {
        engines.forEach(LocalEngine::kill);
    }
}
