package io.meridian.delivery;

import static io.meridian.delivery.Samples.anyUser;
import static io.meridian.delivery.Samples.device;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.launch.LocalEngine;
import io.meridian.message.DeviceId;
import io.meridian.message.Json;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.meridian.testing.Engines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records in the event log that delivery cannot read. Each test has a log of its own: what is in it stays. */
class UnreadableEventsIT {
    private static final DeviceId PHONE = device("phone");
    private static final Duration BOUND = TestInboxes.BOUND;

    @TempDir
    Path directory;

    private final UserId ann = anyUser();
    private final UserId bob = anyUser();
    private LocalEngine kafka;
    private LocalEngine redis;
    private TestDelivery delivery;

    @BeforeEach
    void open() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
        redis = Engines.startRedis(directory.resolve("redis"));
        delivery = new TestDelivery(kafka.address(), Engines.redisUrl(redis), InboxSettings.DEFAULTS);
        for (UserId user : new UserId[] {ann, bob}) {
            delivery.inboxes.connect(user, PHONE, TestDelivery.session(user, PHONE), Instant.now());
            delivery.inboxes.complete(user, PHONE);
        }
    }

    @AfterEach
    void close() {
        delivery.close();
        redis.close();
        kafka.close();
    }

    @Test
    void whatNobodyCanReadFlagsEveryDeviceOnceAndTheRestIsDelivered() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        awaitReceived(room, bob);
        assertThat(complete(bob)).isTrue();
        InboxGeneration before = delivery.inboxes.generation();

        room.publishRaw("junk".getBytes(StandardCharsets.UTF_8), "{}".getBytes(StandardCharsets.UTF_8));
        room.send(ann, "behind it");

        awaitReceived(room, bob);
        assertThat(complete(bob)).isFalse();
        assertThat(complete(ann)).isFalse();
        InboxGeneration flagged = delivery.inboxes.generation();
        assertThat(flagged.generation()).isGreaterThan(before.generation());
        assertThat(flagged.incompleteBelow()).isEqualTo(flagged.generation());

        delivery.inboxes.complete(bob, PHONE);
        room.send(ann, "later");
        awaitReceived(room, bob);
        assertThat(delivery.inboxes.generation()).isEqualTo(flagged);
        assertThat(complete(bob)).isTrue();
    }

    @Test
    void whatOnlyNewerCodeCanReadStopsThePartitionBehindWhatComesBefore() {
        TestDelivery.Room room = delivery.room().create(ann, bob);
        delivery.undeploy();
        StoredEvent last = room.send(ann, "before");
        String meta = new String(Json.bytes(last.meta()), StandardCharsets.UTF_8).replace("\"write\"", "\"sideways\"");
        room.publishRaw(last.json(), meta.getBytes(StandardCharsets.UTF_8));
        room.unseen(() -> room.send(ann, "behind it"));
        delivery.deploy();

        awaitReceived(room, bob);
        int received = delivery.inboxes.read(bob, PHONE).size();
        Awaitility.await()
                .during(Duration.ofSeconds(1))
                .atMost(BOUND)
                .until(() -> delivery.inboxes.read(bob, PHONE).size() == received);
        assertThat(complete(bob)).isTrue();
    }

    private void awaitReceived(TestDelivery.Room room, UserId user) {
        Awaitility.await()
                .atMost(BOUND)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(delivery.received(user, PHONE, room)).containsExactlyElementsOf(room.history));
    }

    /** As the device's gateway learns it with the next heartbeat. */
    private boolean complete(UserId user) {
        return delivery.inboxes
                .beat(user, PHONE, TestDelivery.session(user, PHONE), Instant.now())
                .token()
                .isEmpty();
    }
}
