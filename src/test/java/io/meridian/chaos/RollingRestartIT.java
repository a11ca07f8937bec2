package io.meridian.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ClientTiming;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.Inspection;
import io.meridian.testing.NodeProcess;
import io.meridian.testing.Observation;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Seeds;
import io.meridian.testing.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Both nodes of a region are restarted by SIGTERM, one after the other, while people chat; limits are on. */
class RollingRestartIT {
    private static final int PEOPLE = 8;
    private static final int MESSAGES_PER_SECOND = 60;
    /** As many again by the module that pages use, in Node, behind what a load balancer does. */
    private static final int MODULES = 6;

    private static final int MODULE_MESSAGES_PER_SECOND = 20;
    /** Two restarts last longer than the load of ten seconds. */
    private static final int LEAST_ACKNOWLEDGED = 10 * MESSAGES_PER_SECOND;
    /** The promise is a drain's window and the jitter, 11 s; a busy machine must not decide over the test. */
    private static final Duration BACK_WITHIN = Duration.ofSeconds(120);

    private static final Duration BOUND = Duration.ofSeconds(120);
    /** What process managers have to grant by the documentation. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);

    private final List<Person> people = new ArrayList<>();
    private final List<String> chats = new ArrayList<>();
    private final List<ChatClient> devices = new ArrayList<>();

    @Test
    void nothingIsLostAndEverybodyIsBackInTime() {
        try (Cluster cluster = Cluster.of(2).start();
                ClientWorld world = new ClientWorld(cluster.urls(), ClientTiming.DEFAULT, Seeds.next());
                NodeProcess modules = NodeProcess.start("rolling.mjs")) {
            populate(world);
            devices.forEach(ChatClient::start);
            Inspection.settled(BOUND, devices);
            modules.send(chatting(cluster));
            modules.next("that they chat", line -> said(line, "chatting"), BOUND);
            ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
            ScheduledFuture<?> writing =
                    clock.scheduleAtFixedRate(this::write, 0, 1_000_000 / MESSAGES_PER_SECOND, TimeUnit.MICROSECONDS);
            try {
                for (int node = 0; node < 2; node++) {
                    restart(cluster, node);
                }
                // the clock drops what throws, and says nothing
                assertThat(writing.isDone()).as("the load ended").isFalse();
            } finally {
                clock.shutdownNow();
            }

            modules.send(Wire.object().put("do", "stop"));
            new Inspection(world, people, devices, chats).isClean(BOUND);
            isClean(modules.next("that all is settled", line -> said(line, "done"), BOUND));
            assertThat(world.history().all(Observation.Acknowledged.class))
                    .as("messages acknowledged")
                    .hasSizeGreaterThan(LEAST_ACKNOWLEDGED);
            assertThat(world.history().observations())
                    .filteredOn(Observation.Refused.class::isInstance)
                    .as("no send failed for good")
                    .allMatch(refused -> ((Observation.Refused) refused).retryable());
            // 1000: it had closed by itself when it was told to. 1006 would be its own impatience with a busy machine.
            assertThat(devices)
                    .allSatisfy(device -> assertThat(device.closeCodes())
                            .as(device.trouble())
                            .containsAnyOf(1000, 1012)
                            .doesNotContain(4429, 1001));
        }
    }

    private static ObjectNode chatting(Cluster cluster) {
        ObjectNode order = Wire.object()
                .put("do", "start")
                .put("people", MODULES)
                .put("perSecond", MODULE_MESSAGES_PER_SECOND)
                .put("run", Long.toString(System.nanoTime(), Character.MAX_RADIX));
        ArrayNode urls = order.putArray("urls");
        cluster.urls().forEach(url -> urls.add(url.toString()));
        return order;
    }

    private static boolean said(JsonNode line, String what) {
        return line.path("said").asText().equals(what);
    }

    /** Nobody's send failed; all hold the same, once, each writer's in the order in which they were written. */
    private static void isClean(JsonNode done) {
        assertThat(texts(done.path("failed"))).isEmpty();
        assertThat(done.path("chats")).hasSize(MODULES).allSatisfy(chat -> {
            JsonNode one = chat.path("members").path(0);
            JsonNode other = chat.path("members").path(1);
            List<String> held = texts(one.path("held"));
            assertThat(texts(other.path("held"))).isEqualTo(held);
            for (JsonNode member : List.of(one, other)) {
                List<String> wrote = texts(member.path("wrote"));
                assertThat(wrote).isNotEmpty();
                assertThat(held).filteredOn(wrote::contains).isEqualTo(wrote);
                assertThat(texts(member.path("seen"))).doesNotHaveDuplicates().hasSameElementsAs(held);
            }
        });
        assertThat(done.path("connections"))
                .allSatisfy(times -> assertThat(times.asInt()).isGreaterThan(1));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private void populate(ClientWorld world) {
        for (int i = 0; i < PEOPLE; i++) {
            people.add(world.register("person", i % 2));
        }
        for (int i = 0; i < PEOPLE; i++) {
            chats.add(people.get(i).directWith(people.get((i + 1) % PEOPLE)));
            devices.add(people.get(i).device("phone"));
        }
        chats.add(people.get(0).group("all of them", people.subList(1, PEOPLE).toArray(Person[]::new)));
    }

    private int turn;

    /** Everybody in turn, to the next one or to all. */
    private void write() {
        int who = turn++ % PEOPLE;
        String chat = turn % 5 == 0 ? chats.get(PEOPLE) : chats.get(who);
        devices.get(who).send(chat, "text " + turn);
    }

    private void restart(Cluster cluster, int node) {
        String name = cluster.nodeNames().get(node);
        List<ChatClient> there =
                devices.stream().filter(device -> device.node() == node).toList();
        RawConnection watcher = people.get(0).at(node).connect().hello("watcher-" + node);
        long before = there.stream().mapToLong(ChatClient::readyCount).sum();
        long began = System.nanoTime();
        var process = cluster.process(name).id();

        cluster.signal(name, "TERM");

        await().atMost(BACK_WITHIN).untilAsserted(() -> {
            assertThat(there)
                    .allSatisfy(device ->
                            assertThat(device.isLive()).as(device.trouble()).isTrue());
            assertThat(there.stream().mapToLong(ChatClient::readyCount).sum())
                    .isGreaterThanOrEqualTo(before + there.size());
        });
        System.out.printf("everybody of %s is back after %d ms%n", name, sinceMs(began));
        watcher.isClosedWith(1012);
        assertThat(watcher.await("reconnect").path("reason").asText()).isEqualTo("draining");
        await().atMost(STOPS_WITHIN).until(() -> !process.isAlive());
        System.out.printf("%s has stopped after %d ms%n", name, sinceMs(began));
        cluster.restart(name);
        await().atMost(BOUND).until(() -> devices.stream().allMatch(ChatClient::isLive));
    }

    private static long sinceMs(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
