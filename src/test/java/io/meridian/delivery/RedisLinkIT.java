package io.meridian.delivery;

import static io.meridian.delivery.Samples.anyUser;
import static io.meridian.delivery.Samples.device;
import static io.meridian.delivery.Samples.entries;
import static io.meridian.delivery.TestInboxes.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.launch.LocalEngine;
import io.meridian.message.ConversationId;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.meridian.testing.Engines;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link while Redis is killed, emptied, stopped and started again. */
class RedisLinkIT {
    private static final DeviceId PHONE = device("phone");
    private static final SessionRef HERE = new SessionRef("node-1/0", "s1");

    @TempDir
    Path directory;

    private final UserId user = anyUser();
    private LocalEngine redis;
    private TestInboxes inboxes;

    @BeforeEach
    void open() {
        redis = Engines.startRedis(directory);
        inboxes = new TestInboxes(Engines.redisUrl(redis), InboxSettings.DEFAULTS);
        inboxes.connect(user, PHONE, HERE, Instant.now());
        inboxes.complete(user, PHONE);
        inboxes.append(entries(user, event(1)));
    }

    @AfterEach
    void close() {
        inboxes.close();
        redis.close();
    }

    @Test
    void aRestartWithItsDataRaisesTheGenerationAndKeepsInboxes() {
        InboxGeneration before = inboxes.generation();
        awaitSynced();
        restart();

        InboxGeneration after = inboxes.generation();
        assertThat(after.generation()).isGreaterThan(before.generation());
        assertThat(after.incompleteBelow()).isEqualTo(before.incompleteBelow());
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, PHONE))
                .extracting(entry -> entry.id().generation())
                .containsExactly(before.generation(), after.generation());
        assertThat(inboxes.connect(user, PHONE, HERE, Instant.now())).isTrue();
    }

    @Test
    void aRestartWithoutItsDataLeavesNoDeviceComplete() throws IOException {
        InboxGeneration before = inboxes.generation();
        redis.kill();
        empty(directory.resolve("data"));
        redis.start();
        awaitAnother(before);

        Heartbeat heartbeat = inboxes.beat(user, PHONE, HERE, Instant.now());

        assertThat(heartbeat).isEqualTo(new Heartbeat(true, heartbeat.token(), java.util.Optional.empty()));
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, PHONE))
                .extracting(entry -> entry.id().generation())
                .containsExactly(inboxes.generation().generation());
    }

    @Test
    void callsFailAtOnceWhileRedisIsDownAndWorkAgainWhenItIsBack() {
        redis.kill();
        inboxes.awaitDown();

        Future<?> read = inboxes.inbox.read(user, PHONE, null, 10, 1024);
        assertThat(read.failed()).as("at once").isTrue();
        assertThat(read.cause()).isInstanceOf(RedisDownException.class);
        assertThatThrownBy(() -> inboxes.connect(user, PHONE, HERE, Instant.now()))
                .isInstanceOf(RedisDownException.class);

        redis.start();
        inboxes.awaitUp();
        inboxes.connect(user, PHONE, HERE, Instant.now());
        inboxes.complete(user, PHONE);
        assertThat(inboxes.connect(user, PHONE, HERE, Instant.now())).isTrue();
    }

    @Test
    void aStoppedRedisFailsWhatIsInFlightAndIsUsedAgainWhenItGoesOn() {
        InboxGeneration before = inboxes.generation();
        redis.pause();
        Future<InboxPage> read = inboxes.inbox.read(user, PHONE, null, 10, 1024);
        assertThatThrownBy(() -> await(read)).isNotNull();
        inboxes.awaitDown();

        redis.resume();
        inboxes.awaitUp();

        assertThat(inboxes.generation()).isEqualTo(before);
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, PHONE)).hasSize(2);
        assertThat(inboxes.connect(user, PHONE, HERE, Instant.now())).isTrue();
    }

    @Test
    void aBatchThatEndsWithItsConnectionDoesNotLookLikeOneThatRedisRefused() {
        InboxGeneration generation = inboxes.generation();
        redis.pause();
        var batch = inboxes.inbox.append(
                generation, List.of(entries(user, event(2)), entries(anyUser(), event(2)), entries(user, event(3))));
        assertThatThrownBy(() -> await(batch)).isInstanceOf(RedisDownException.class);
        redis.resume();
        inboxes.awaitUp();

        UserId ann = anyUser();
        inboxes.redis(Command.SET, InboxKeys.devices(ann), "not a hash");
        var refused =
                inboxes.inbox.append(inboxes.generation(), List.of(entries(ann, event(4)), entries(user, event(4))));
        Awaitility.await().until(refused::isComplete);
        assertThat(refused.cause()).isInstanceOf(Response.class).hasMessageContaining("WRONGTYPE");
    }

    @Test
    void aGenerationRaisedByAnotherNodeIsTakenOverAndMakesDevicesIncomplete() {
        RedisLink other = inboxes.anotherLink(Engines.redisUrl(redis));
        TestInboxes.awaitUp(other);
        InboxGeneration old = inboxes.generation();
        assertThat(await(other.generation())).isEqualTo(old);

        InboxGeneration raised = await(other.flagAllIncomplete());

        assertThat(raised.generation()).isGreaterThan(old.generation());
        Awaitility.await()
                .atMost(TestInboxes.BOUND)
                .until(() -> inboxes.generation().equals(raised));
        assertThatThrownBy(() -> inboxes.append(old, entries(user, event(2))))
                .isInstanceOf(GenerationChangedException.class);
        assertThat(inboxes.append(entries(user, event(2))))
                .allSatisfy(live -> assertThat(live.lost()).isTrue());
        assertThat(inboxes.connect(user, PHONE, HERE, Instant.now())).isFalse();
        inboxes.complete(user, PHONE);
        assertThat(inboxes.connect(user, PHONE, HERE, Instant.now())).isTrue();
        await(other.close());
    }

    @Test
    void aSyncThatBeganBeforeEveryDeviceWasFlaggedClearsNothing() {
        inboxes.redis(Command.DEL, InboxKeys.devices(user));
        String token = inboxes.beginSync(user, PHONE);
        await(inboxes.link.flagAllIncomplete());

        assertThat(inboxes.endSync(user, PHONE, token)).isFalse();
    }

    private void restart() {
        InboxGeneration before = inboxes.generation();
        redis.kill();
        redis.start();
        awaitAnother(before);
    }

    private void awaitAnother(InboxGeneration before) {
        Awaitility.await()
                .atMost(TestInboxes.BOUND)
                .until(() -> inboxes.link.up() && !inboxes.generation().equals(before));
    }

    /** The append-only file is synced once a second; what is younger may be gone after a kill. */
    private void awaitSynced() {
        Awaitility.await()
                .pollDelay(1_500, TimeUnit.MILLISECONDS)
                .atMost(TestInboxes.BOUND)
                .until(() ->
                        inboxes.redis(Command.INFO, "persistence").toString().contains("aof_pending_bio_fsync:0"));
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

    private static SentEvent event(long seq) {
        return Samples.sent(Samples.message(
                new ConversationId("room"), seq, Samples.user("ann"), "message " + seq, Samples.Way.write(1)));
    }
}
