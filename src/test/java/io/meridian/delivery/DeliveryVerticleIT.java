package io.meridian.delivery;

import static io.meridian.delivery.Samples.anyUser;
import static io.meridian.delivery.Samples.device;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.bus.HeadMoved;
import io.meridian.bus.SessionNotice;
import io.meridian.launch.LocalEngine;
import io.meridian.message.DeviceId;
import io.meridian.message.Fanout;
import io.meridian.message.StoredEvent;
import io.meridian.message.Topics;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.meridian.testing.Engines;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the event log to inboxes, with Redis killed, cut short and emptied in between. */
class DeliveryVerticleIT {
    private static final DeviceId PHONE = device("phone");
    private static final DeviceId LAPTOP = device("laptop");
    private static final Duration BOUND = TestInboxes.BOUND;

    @TempDir
    static Path kafkaDirectory;

    private static LocalEngine kafka;

    @TempDir
    Path redisDirectory;

    private final UserId ann = anyUser();
    private final UserId bob = anyUser();
    private final UserId eve = anyUser();
    private LocalEngine redis;
    private TestDelivery delivery;

    @BeforeAll
    static void startKafka() {
        kafka = Engines.startKafka(kafkaDirectory);
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void open() {
        redis = Engines.startRedis(redisDirectory);
        delivery = new TestDelivery(
                kafka.address(),
                Engines.redisUrl(redis),
                new InboxSettings(
                        20, 1_000, 64L << 20, Duration.ofDays(30), Duration.ofSeconds(90), Duration.ofHours(25)));
        for (UserId user : List.of(ann, bob, eve)) {
            connected(user, PHONE);
            connected(user, LAPTOP);
        }
    }

    @AfterEach
    void close() {
        delivery.close();
        redis.close();
    }

    @Test
    void everyDeviceOfEveryMemberGetsEveryEventInOrderAndItsGatewayTheSameEntries() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        StoredEvent spoken = room.send(ann, "from my phone", PHONE);
        room.send(bob, "hello");

        awaitReceived(room, bob, PHONE, room.history);
        awaitReceived(room, bob, LAPTOP, room.history);
        awaitReceived(room, ann, LAPTOP, room.history);
        assertThat(delivery.received(ann, PHONE, room)).doesNotContain(spoken).hasSize(room.history.size() - 1);
        assertThat(delivery.received(eve, PHONE, room)).isEmpty();
        for (DeviceId device : List.of(PHONE, LAPTOP)) {
            Awaitility.await()
                    .atMost(BOUND)
                    .untilAsserted(() -> assertThat(delivery.hinted(ann, device))
                            .extracting(Map.Entry::getKey)
                            .containsExactlyElementsOf(delivery.inboxes.read(ann, device).stream()
                                    .map(InboxEntry::id)
                                    .toList()));
        }
    }

    @Test
    void aMemberSeesFromItsJoiningToItsRemoval() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        room.send(ann, "before");
        StoredEvent joins = room.add(ann, eve);
        StoredEvent between = room.send(ann, "between");
        StoredEvent leaves = room.remove(ann, eve);
        room.send(ann, "after");
        StoredEvent joinsAgain = room.add(ann, eve);

        awaitReceived(room, eve, PHONE, List.of(joins, between, leaves, joinsAgain));
        awaitReceived(room, bob, PHONE, room.history);
    }

    @Test
    void fanoutOnReadIsAnnouncedAndOnlyMembershipReachesInboxes() {
        TestDelivery.Room room = delivery.room().fanout(Fanout.READ).create(ann, bob);
        room.send(ann, "to a crowd");
        StoredEvent joins = room.add(ann, eve);
        room.send(ann, "to a larger crowd");

        awaitReceived(room, eve, PHONE, List.of(joins));
        awaitReceived(room, bob, PHONE, room.history.subList(0, 1));
        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(() -> assertThat(delivery.heads).contains(new HeadMoved(room.id, 4, 4)));
        assertThat(delivery.inboxes.read(eve, PHONE))
                .extracting(InboxEntry::flags)
                .containsExactly(InboxFlags.MEMBERSHIP);
    }

    @Test
    void theEventThatTurnsAConversationToFanoutOnReadReachesEverybodyOnceMore() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        room.send(ann, "to few");
        StoredEvent turns = room.turnToRead(ann, eve);
        room.send(ann, "to a crowd");

        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(() -> assertThat(delivery.heads).contains(new HeadMoved(room.id, 4, 4)));
        assertThat(delivery.received(bob, PHONE, room)).isEqualTo(room.history.subList(0, 3));
        assertThat(delivery.received(eve, PHONE, room)).containsExactly(turns);
        assertThat(delivery.inboxes.read(bob, PHONE))
                .extracting(InboxEntry::flags)
                .containsExactly(0, 0, InboxFlags.MEMBERSHIP);
    }

    @Test
    void aBatchOfManyCallsToOneUserKeepsItsOrder() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        delivery.undeploy();
        for (int i = 0; i < 50; i++) {
            room.send(ann, i + "x".repeat(60_000));
        }
        delivery.deploy();

        awaitReceived(room, bob, PHONE, room.history);
        assertThat(delivery.inboxes.read(bob, LAPTOP)).hasSize(room.history.size());
    }

    @Test
    void anInboxThatOverflowsTellsItsSession() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        for (int i = 0; i < 1_001; i++) {
            room.history.clear();
            room.send(ann, "message " + i);
        }

        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(() -> assertThat(delivery.notices)
                        .contains(new SessionNotice(
                                bob,
                                PHONE,
                                TestDelivery.session(bob, PHONE).sessionId(),
                                SessionNotice.Kind.INCOMPLETE)));
        assertThat(complete(bob, PHONE)).isFalse();
    }

    @Test
    void aVerticleThatStartsAgainLeavesNoGap() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        room.send(ann, "before");
        awaitReceived(room, bob, PHONE, room.history);
        delivery.undeploy();
        room.send(ann, "meanwhile");
        delivery.deploy();
        room.send(ann, "after");

        awaitReceived(room, bob, PHONE, room.history);
        assertThat(complete(bob, PHONE)).isTrue();
    }

    @Test
    void whatRedisLostInItsLastSecondIsAppendedAgain() throws IOException {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        for (int i = 0; i < 20; i++) {
            room.send(ann, "before " + i);
        }
        awaitReceived(room, bob, PHONE, room.history);
        int whole = delivery.inboxes.read(bob, PHONE).size();
        InboxGeneration before = delivery.inboxes.generation();

        redis.kill();
        cutOff(2_000);
        redis.start();
        awaitAnother(before);
        assertThat(delivery.inboxes.read(bob, PHONE).stream()
                        .filter(entry -> entry.id().generation() == before.generation()))
                .hasSizeLessThan(whole);

        // nothing is sent any more: the partition goes back by itself
        awaitReceived(room, bob, PHONE, room.history);
        awaitReceived(room, ann, LAPTOP, room.history);
        assertThat(complete(bob, PHONE)).isTrue();
    }

    @Test
    void nothingIsMissingAfterRedisWasKilledUnderLoad() {
        Map<TestDelivery.Room, CompletableFuture<Void>> senders = new HashMap<>();
        InboxGeneration before = delivery.inboxes.generation();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        for (int i = 0; i < 3; i++) {
            TestDelivery.Room room = delivery.room().create(ann, bob, eve);
            senders.put(
                    room,
                    CompletableFuture.runAsync(
                            () -> {
                                for (int message = 0; message < 60; message++) {
                                    room.send(ann, "message " + message);
                                }
                            },
                            threads));
        }
        awaitSome(senders.keySet());
        redis.kill();
        redis.start();
        awaitAnother(before);
        senders.values().forEach(sender -> assertThat(sender).as("a sender").succeedsWithin(BOUND));
        threads.shutdown();

        senders.keySet().forEach(room -> {
            for (UserId user : List.of(ann, bob, eve)) {
                awaitReceived(room, user, PHONE, room.history);
                awaitReceived(room, user, LAPTOP, room.history);
            }
        });
        assertThat(complete(bob, PHONE)).isTrue();
    }

    @Test
    void aStoppedRedisDelaysAndLosesNothing() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        redis.pause();
        for (int i = 0; i < 10; i++) {
            room.send(ann, "message " + i);
        }
        delivery.inboxes.awaitDown();
        redis.resume();

        awaitReceived(room, bob, PHONE, room.history);
        assertThat(complete(bob, PHONE)).isTrue();
    }

    @Test
    void afterRedisLostEverythingEachDeviceIsIncompleteAndGetsWhatFollows() throws IOException {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        room.send(ann, "before");
        awaitReceived(room, bob, PHONE, room.history);
        InboxGeneration before = delivery.inboxes.generation();

        redis.kill();
        empty(redisDirectory.resolve("data"));
        redis.start();
        awaitAnother(before);
        assertThat(complete(bob, PHONE)).isFalse();
        StoredEvent after = room.send(ann, "after");

        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(
                        () -> assertThat(delivery.received(bob, PHONE, room)).contains(after));
        assertThat(complete(bob, LAPTOP)).isFalse();
    }

    @Test
    void eventsThatLeftTheLogUnreadFlagEveryDevice() throws Exception {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        room.send(ann, "before");
        awaitReceived(room, bob, PHONE, room.history);
        delivery.undeploy();
        room.send(ann, "never read");
        deleteAllRecords();
        assertThat(complete(bob, PHONE)).isTrue();
        delivery.deploy();
        StoredEvent after = room.send(ann, "after");

        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(
                        () -> assertThat(delivery.received(bob, PHONE, room)).contains(after));
        assertThat(complete(bob, PHONE)).isFalse();
        assertThat(complete(eve, LAPTOP)).isFalse();
        InboxGeneration flagged = delivery.inboxes.generation();
        delivery.inboxes.complete(bob, PHONE);

        // flagged once, not at every start
        delivery.undeploy();
        delivery.deploy();
        StoredEvent later = room.send(ann, "later");
        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(
                        () -> assertThat(delivery.received(bob, PHONE, room)).contains(later));
        assertThat(delivery.inboxes.generation()).isEqualTo(flagged);
        assertThat(complete(bob, PHONE)).isTrue();
    }

    @Test
    void aUserWhoseInboxCannotBeWrittenHoldsUpWhatFollowsAndTheOthersAreNotRepeatedMeanwhile() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        room.send(ann, "before");
        awaitReceived(room, ann, PHONE, room.history);
        String devices = InboxKeys.devices(ann);
        delivery.inboxes.redis(Command.RENAME, devices, devices + "-aside");
        delivery.inboxes.redis(Command.SET, devices, "not a hash");
        StoredEvent blocked = room.send(ann, "blocked");
        Awaitility.await()
                .atMost(BOUND)
                .untilAsserted(
                        () -> assertThat(delivery.received(bob, PHONE, room)).contains(blocked));
        room.send(ann, "behind it");
        int bobs = delivery.inboxes.read(bob, PHONE).size();
        Awaitility.await()
                .during(Duration.ofSeconds(1))
                .atMost(BOUND)
                .until(() -> delivery.inboxes.read(bob, PHONE).size() == bobs);

        delivery.inboxes.redis(Command.RENAME, devices + "-aside", devices);

        awaitReceived(room, ann, PHONE, room.history);
        awaitReceived(room, bob, PHONE, room.history);
    }

    private void connected(UserId user, DeviceId device) {
        delivery.inboxes.connect(user, device, TestDelivery.session(user, device), Instant.now());
        delivery.inboxes.complete(user, device);
    }

    /** As the device's gateway learns it with the next heartbeat. */
    private boolean complete(UserId user, DeviceId device) {
        return delivery.inboxes
                .beat(user, device, TestDelivery.session(user, device), Instant.now())
                .token()
                .isEmpty();
    }

    private void awaitReceived(TestDelivery.Room room, UserId user, DeviceId device, List<StoredEvent> expected) {
        List<StoredEvent> wanted = List.copyOf(expected);
        Awaitility.await()
                .atMost(BOUND)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(delivery.received(user, device, room)).containsExactlyElementsOf(wanted));
    }

    private void awaitSome(Iterable<TestDelivery.Room> rooms) {
        rooms.forEach(room -> Awaitility.await()
                .atMost(BOUND)
                .until(() -> delivery.received(bob, PHONE, room).size() > 10));
    }

    private void awaitAnother(InboxGeneration before) {
        Awaitility.await()
                .atMost(BOUND)
                .until(() ->
                        delivery.inboxes.link.up() && delivery.inboxes.link.lastGeneration() > before.generation());
    }

    /** As after a crash of the machine: the end of the append-only file never reached the disk. */
    private void cutOff(int bytes) throws IOException {
        Path file = onlyFile(".incr.aof");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - bytes);
        }
    }

    private Path onlyFile(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(redisDirectory)) {
            Optional<Path> found =
                    files.filter(file -> file.toString().endsWith(suffix)).findFirst();
            return found.orElseThrow();
        }
    }

    private static void empty(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(data)) {
                    Files.delete(file);
                }
            }
        }
    }

    private void deleteAllRecords() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.address()))) {
            Map<TopicPartition, RecordsToDelete> everything = new HashMap<>();
            for (int i = 0; i < delivery.log.partitions(); i++) {
                everything.put(new TopicPartition(Topics.MESSAGE_SENT, i), RecordsToDelete.beforeOffset(-1));
            }
            admin.deleteRecords(everything).all().get();
        }
    }
}
