package io.meridian.delivery;

import static io.meridian.delivery.Samples.anyUser;
import static io.meridian.delivery.Samples.device;
import static io.meridian.delivery.Samples.entries;
import static io.meridian.delivery.TestInboxes.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.message.ConversationId;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.store.InboxGeneration;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inboxes on a real Redis Cluster of three primaries, which are killed, emptied and have slots moved between them. */
class RedisClusterIT {
    private static final DeviceId PHONE = device("phone");
    private static final SessionRef HERE = new SessionRef("node-1/0", "s1");

    @TempDir
    static Path directory;

    private static Vertx vertx;
    private static RedisCluster cluster;
    private TestInboxes inboxes;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        cluster = new RedisCluster(directory, vertx);
    }

    @AfterAll
    static void stop() {
        cluster.close();
        await(vertx.close());
    }

    @BeforeEach
    void open() {
        cluster.awaitWhole();
        inboxes = new TestInboxes(cluster.urls(), InboxSettings.DEFAULTS);
    }

    @AfterEach
    void close() {
        inboxes.close();
    }

    @Test
    void aBatchReachesUsersOnEveryNodeAndAnswersInItsOrder() {
        List<UserId> users = IntStream.range(0, 64).mapToObj(i -> anyUser()).toList();
        assertThat(users.stream().map(RedisCluster::nodeOf).distinct()).hasSize(RedisCluster.PRIMARIES);
        users.forEach(user -> inboxes.connect(user, PHONE, session(user), Instant.now()));
        users.forEach(user -> inboxes.complete(user, PHONE));

        for (int seq = 1; seq <= 3; seq++) {
            int at = seq;
            List<List<AppendScript.LiveDevice>> answers = await(inboxes.inbox.append(
                    inboxes.generation(),
                    users.stream().map(user -> entries(user, event(at))).toList()));
            assertThat(answers.stream().map(live -> live.get(0).session()))
                    .containsExactlyElementsOf(
                            users.stream().map(RedisClusterIT::session).toList());
        }

        for (UserId user : users) {
            assertThat(inboxes.read(user, PHONE))
                    .extracting(TestInboxes::text)
                    .containsExactly(text(event(1)), text(event(2)), text(event(3)));
            await(inboxes.inbox.acknowledge(
                    user, PHONE, inboxes.read(user, PHONE).get(1).id()));
            assertThat(inboxes.read(user, PHONE)).hasSize(1);
            assertThat(inboxes.beat(user, PHONE, session(user), Instant.now()).last())
                    .isPresent();
        }
        for (int node = 0; node < RedisCluster.PRIMARIES; node++) {
            assertThat(cluster.ask(node, Command.DBSIZE).toInteger()).isGreaterThan(10);
        }
    }

    @Test
    void aPrimaryThatRestartsRaisesTheGenerationForAllAndKeepsWhatItHad() {
        List<UserId> users = oneOnEach();
        users.forEach(this::connected);
        append(users, 1);
        InboxGeneration before = inboxes.generation();
        awaitSynced(1);

        cluster.engine(1).kill();
        inboxes.awaitDown();
        assertThatThrownBy(() -> inboxes.read(users.get(0), PHONE)).isInstanceOf(RedisDownException.class);
        cluster.engine(1).start();
        InboxGeneration after = awaitAnother(before);

        append(users, 2);
        for (UserId user : users) {
            assertThat(inboxes.read(user, PHONE))
                    .extracting(entry -> entry.id().generation())
                    .containsExactly(before.generation(), after.generation());
            assertThat(inboxes.connect(user, PHONE, HERE, Instant.now())).isTrue();
        }
    }

    @Test
    void aPrimaryThatComesBackEmptyLeavesItsDevicesIncompleteAndTheOthersWhole() throws IOException {
        List<UserId> users = oneOnEach();
        users.forEach(this::connected);
        append(users, 1);
        InboxGeneration before = inboxes.generation();

        cluster.engine(2).kill();
        cluster.empty(2);
        cluster.engine(2).start();
        awaitAnother(before);

        append(users, 2);
        assertThat(inboxes.read(users.get(2), PHONE)).isEmpty();
        for (int node = 0; node < RedisCluster.PRIMARIES; node++) {
            assertThat(inboxes.beat(users.get(node), PHONE, HERE, Instant.now())
                            .token()
                            .isEmpty())
                    .isEqualTo(node != 2);
        }
        append(users, 3);
        assertThat(inboxes.read(users.get(2), PHONE)).hasSize(1);
    }

    @Test
    void aSlotThatMovesIsFollowedAndRaisesNothing() {
        UserId user = on(0);
        connected(user);
        append(List.of(user), 1);
        InboxGeneration before = inboxes.generation();

        cluster.move(KeySlot.of(user), 0, 1);

        assertThatThrownBy(() -> inboxes.append(entries(user, event(2)))).hasMessageContaining("MOVED ");
        awaitAppended(user, 2);
        append(List.of(user, on(0), on(1), on(2)), 3);
        List<InboxEntry> all = inboxes.read(user, PHONE);
        assertThat(all).extracting(TestInboxes::text).containsExactly(text(event(1)), text(event(2)), text(event(3)));
        assertThat(all.get(1).id().follows(all.get(0).id())).isTrue();
        assertThat(inboxes.generation()).isEqualTo(before);
        assertThat(inboxes.connect(user, PHONE, HERE, Instant.now())).isTrue();
        cluster.move(KeySlot.of(user), 1, 0);
    }

    @Test
    void halfMovedKeysAreWaitedForAndNothingIsLost() {
        UserId user = on(1);
        connected(user);
        append(List.of(user), 1);
        int slot = KeySlot.of(user);
        cluster.beginMove(slot, 1, 2);
        cluster.moveKeys(slot, 1, 2, 1);

        assertThatThrownBy(() -> inboxes.append(entries(user, event(2)))).isNotNull();
        append(List.of(on(0), on(2)), 2);
        cluster.moveKeys(slot, 1, 2, Integer.MAX_VALUE);
        cluster.endMove(slot, 2);
        awaitAppended(user, 2);

        assertThat(inboxes.read(user, PHONE))
                .extracting(TestInboxes::text)
                .startsWith(text(event(1)))
                .endsWith(text(event(2)));
        assertThat(inboxes.connect(user, PHONE, HERE, Instant.now())).isTrue();
        cluster.move(slot, 2, 1);
    }

    private static SessionRef session(UserId user) {
        return new SessionRef("node-1/0", user.value());
    }

    private void connected(UserId user) {
        inboxes.connect(user, PHONE, HERE, Instant.now());
        inboxes.complete(user, PHONE);
    }

    private void append(List<UserId> users, long seq) {
        await(inboxes.inbox.append(
                inboxes.generation(),
                users.stream().map(user -> entries(user, event(seq))).toList()));
    }

    private void awaitAppended(UserId user, long seq) {
        Awaitility.await()
                .atMost(TestInboxes.BOUND)
                .ignoreExceptions()
                .until(() -> !inboxes.append(entries(user, event(seq))).isEmpty());
    }

    private static List<UserId> oneOnEach() {
        List<UserId> users = new ArrayList<>();
        for (int node = 0; node < RedisCluster.PRIMARIES; node++) {
            users.add(on(node));
        }
        return users;
    }

    private static UserId on(int node) {
        return Stream.generate(Samples::anyUser)
                .filter(user -> RedisCluster.nodeOf(user) == node)
                .findFirst()
                .orElseThrow();
    }

    private InboxGeneration awaitAnother(InboxGeneration before) {
        Awaitility.await()
                .atMost(TestInboxes.BOUND)
                .until(() -> inboxes.link.up() && !inboxes.generation().equals(before));
        return inboxes.generation();
    }

    /** The append-only file is synced once a second; what is younger may be gone after a kill. */
    private static void awaitSynced(int node) {
        Awaitility.await()
                .pollDelay(Duration.ofMillis(1_500))
                .atMost(TestInboxes.BOUND)
                .until(() -> cluster.ask(node, Command.INFO, "persistence")
                        .toString()
                        .contains("aof_pending_bio_fsync:0"));
    }

    private static SentEvent event(long seq) {
        return Samples.sent(Samples.message(
                new ConversationId("room"), seq, Samples.user("ann"), "message " + seq, Samples.Way.write(1)));
    }

    private static String text(SentEvent event) {
        return new String(event.json(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
