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
import io.meridian.testing.Engines;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each script against a real Redis. */
class InboxIT {
    private static final InboxSettings SMALL =
            new InboxSettings(3, 10, 8L << 20, Duration.ofDays(30), Duration.ofSeconds(90), Duration.ofHours(25));
    private static final ConversationId ROOM = new ConversationId("room");
    private static final DeviceId PHONE = device("phone");
    private static final DeviceId LAPTOP = device("laptop");
    private static final SessionRef HERE = new SessionRef("node-1/0", "s1");
    private static final SessionRef THERE = new SessionRef("node-2/0", "s2");

    private static final int BYTES = 64 * 1024;

    private static TestInboxes inboxes;

    private final UserId user = anyUser();
    private final Instant now = Instant.now();

    @BeforeAll
    static void open() {
        inboxes = new TestInboxes(Engines.redis(), SMALL);
    }

    @AfterAll
    static void close() {
        inboxes.close();
    }

    @Test
    void entriesAreDensePerDeviceAndHoldTheBytesAsStored() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.connect(user, LAPTOP, THERE, now);
        SentEvent one = event(1);
        SentEvent two = event(2);
        var fromPhone = new FanoutPlan.UserEntries(
                user,
                List.of(new FanoutPlan.Entry(one, 0, PHONE), new FanoutPlan.Entry(two, InboxFlags.MEMBERSHIP, null)));

        List<AppendScript.LiveDevice> live = inboxes.append(fromPhone);
        inboxes.append(entries(user, event(3)));

        List<InboxEntry> phone = inboxes.read(user, PHONE);
        List<InboxEntry> laptop = inboxes.read(user, LAPTOP);
        assertThat(phone).extracting(TestInboxes::text).containsExactly(text(two), text(event(3)));
        assertThat(laptop).extracting(TestInboxes::text).containsExactly(text(one), text(two), text(event(3)));
        assertThat(laptop).extracting(InboxEntry::flags).containsExactly(0, InboxFlags.MEMBERSHIP, 0);
        assertDense(phone);
        assertDense(laptop);
        assertThat(live)
                .hasSize(2)
                .allSatisfy(device -> assertThat(device.lost()).isFalse());
        assertThat(live)
                .extracting(device -> device.first().orElseThrow())
                .containsExactlyInAnyOrder(phone.get(0).id(), laptop.get(0).id());
        assertThat(live).extracting(AppendScript.LiveDevice::session).containsExactlyInAnyOrder(HERE, THERE);
    }

    @Test
    void aUserWithoutDevicesLeavesNothingBehind() {
        assertThat(inboxes.append(entries(user, event(1)))).isEmpty();
        assertThat(inboxes.redis(Command.KEYS, "inbox:{" + user + "}*").size()).isZero();
    }

    @Test
    void readingGoesOnExclusivelyAfterAnEntry() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.append(entries(user, event(1), event(2), event(3)));
        List<InboxEntry> all = inboxes.read(user, PHONE);

        assertThat(await(inboxes.inbox.read(user, PHONE, all.get(0).id(), 1, BYTES))
                        .entries())
                .containsExactly(all.get(1));
        assertThat(await(inboxes.inbox.read(user, PHONE, all.get(2).id(), 10, BYTES))
                        .entries())
                .isEmpty();
        assertThat(await(inboxes.inbox.read(anyUser(), PHONE, null, 10, BYTES)).entries())
                .isEmpty();
    }

    @Test
    void aPageEndsByItsEntriesOrByItsBytesAndSaysWhetherMoreMayFollow() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.append(entries(
                user, event(1), event(2), event(3), event(4), event(5), event(6), event(7), event(8), event(9),
                event(10)));
        List<InboxEntry> all = inboxes.read(user, PHONE);

        InboxPage byBytes = await(inboxes.inbox.read(user, PHONE, null, 100, 1));
        InboxPage byEntries = await(inboxes.inbox.read(user, PHONE, null, 3, BYTES));
        InboxPage rest = await(inboxes.inbox.read(user, PHONE, all.get(7).id(), 100, BYTES));

        assertThat(byBytes.entries()).isEqualTo(all.subList(0, 8));
        assertThat(byBytes.more()).isTrue();
        assertThat(byEntries.entries()).isEqualTo(all.subList(0, 3));
        assertThat(byEntries.more()).isTrue();
        assertThat(rest.entries()).isEqualTo(all.subList(8, 10));
        assertThat(rest.more()).isFalse();
    }

    @Test
    void anAcknowledgementDropsEverythingUpToIt() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.append(entries(user, event(1), event(2), event(3)));
        List<InboxEntry> all = inboxes.read(user, PHONE);

        await(inboxes.inbox.acknowledge(user, PHONE, all.get(1).id()));
        assertThat(inboxes.read(user, PHONE)).containsExactly(all.get(2));
        await(inboxes.inbox.acknowledge(user, PHONE, all.get(2).id()));
        assertThat(inboxes.read(user, PHONE)).isEmpty();

        inboxes.append(entries(user, event(4)));
        assertThat(inboxes.read(user, PHONE).get(0).id().follows(all.get(2).id()))
                .isTrue();
    }

    /** A gateway that dies after the acknowledgement, before or after the trim, and another that does it again. */
    @Test
    void anAcknowledgementMayComeTwiceLateOrNever() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.append(entries(user, event(1), event(2), event(3)));
        List<InboxEntry> all = inboxes.read(user, PHONE);

        inboxes.connect(user, PHONE, THERE, now);
        assertThat(inboxes.read(user, PHONE)).as("never trimmed: sent again").isEqualTo(all);
        await(inboxes.inbox.acknowledge(user, PHONE, all.get(1).id()));
        await(inboxes.inbox.acknowledge(user, PHONE, all.get(1).id()));
        await(inboxes.inbox.acknowledge(user, PHONE, all.get(0).id()));
        assertThat(inboxes.read(user, PHONE)).containsExactly(all.get(2));

        inboxes.append(entries(user, event(4)));
        assertThat(inboxes.read(user, PHONE).get(1).id().follows(all.get(2).id()))
                .isTrue();
    }

    @Test
    void aNewDeviceIsIncompleteUntilItsSyncEnds() {
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isFalse();
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isFalse();
        String token = inboxes.beginSync(user, PHONE);
        assertThat(token).isNotEmpty();
        assertThat(inboxes.beginSync(user, PHONE)).isEqualTo(token);

        assertThat(inboxes.endSync(user, PHONE, "another")).isFalse();
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isFalse();
        assertThat(inboxes.endSync(user, PHONE, token)).isTrue();
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isTrue();
        assertThat(inboxes.beginSync(user, PHONE)).isEmpty();
        assertThat(inboxes.endSync(user, PHONE, "")).isTrue();
    }

    @Test
    void aLossBetweenTheFirstAndTheLastPageOfASyncIsNotCleared() {
        inboxes.connect(user, PHONE, HERE, now);
        String token = inboxes.beginSync(user, PHONE);
        fill(10);
        assertThat(inboxes.append(entries(user, event(99))).get(0).lost()).isTrue();

        assertThat(inboxes.endSync(user, PHONE, token)).isFalse();
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isFalse();
    }

    @Test
    void anInboxThatOverflowsIsEmptiedAndIncompleteAndItsNumbersGoOn() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.complete(user, PHONE);
        fill(10);
        DeliveryId last = inboxes.read(user, PHONE).get(9).id();

        List<AppendScript.LiveDevice> live = inboxes.append(entries(user, event(11)));

        assertThat(live)
                .hasSize(1)
                .allSatisfy(device -> assertThat(device.lost()).isTrue());
        List<InboxEntry> left = inboxes.read(user, PHONE);
        assertThat(left).extracting(TestInboxes::text).containsExactly(text(event(11)));
        assertThat(left.get(0).id().follows(last)).isTrue();
        assertThat(beat(PHONE, HERE).token()).isNotEmpty();
        assertThat(inboxes.append(entries(user, event(12))).get(0).lost()).isFalse();
    }

    @Test
    void anInboxThatTakesTooMuchMemoryIsEmptiedAndIncompleteHoweverItsEntriesCame() {
        try (var roomy = new TestInboxes(
                Engines.redis(),
                new InboxSettings(
                        3, 10_000, 8L << 20, Duration.ofDays(30), Duration.ofSeconds(90), Duration.ofHours(25)))) {
            roomy.connect(user, PHONE, HERE, now);
            roomy.complete(user, PHONE);
            // Small ones first, acknowledged one for one as the large ones come: the number of entries stays the same.
            for (int i = 1; i <= 300; i++) {
                roomy.append(entries(user, event(i)));
            }
            boolean lost = false;
            int appended = 0;
            long most = 0;
            while (!lost && appended < 300) {
                List<InboxEntry> oldest =
                        await(roomy.inbox.read(user, PHONE, null, 1, BYTES)).entries();
                await(roomy.inbox.acknowledge(user, PHONE, oldest.get(0).id()));
                lost = roomy.append(entries(user, event(1_000 + appended, "x".repeat(60_000))))
                        .get(0)
                        .lost();
                appended++;
                most = Math.max(most, memory(roomy));
            }

            assertThat(lost).isTrue();
            assertThat(appended).isGreaterThan(90);
            assertThat(most).isLessThan(8L << 20);
            assertThat(roomy.read(user, PHONE)).hasSize(1);
            assertThat(roomy.beat(user, PHONE, HERE, now).token()).isNotEmpty();
        }
    }

    private long memory(TestInboxes some) {
        return some.redis(Command.MEMORY, "USAGE", InboxKeys.stream(user, PHONE), "SAMPLES", "0")
                .toLong();
    }

    @Test
    void aDeviceUnseenForTooLongGetsNothingUntilItIsSeenAgain() {
        Instant long_ago = now.minus(Duration.ofDays(31));
        inboxes.connect(user, PHONE, HERE, long_ago);
        inboxes.connect(user, LAPTOP, THERE, now);
        String token = inboxes.beginSync(user, LAPTOP);
        inboxes.endSync(user, LAPTOP, token);

        inboxes.append(entries(user, event(1)));
        inboxes.append(entries(user, event(2)));

        assertThat(inboxes.read(user, PHONE)).isEmpty();
        assertThat(inboxes.read(user, LAPTOP)).hasSize(2);
        assertThat(inboxes.connect(user, LAPTOP, THERE, now)).isTrue();
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isFalse();
        inboxes.append(entries(user, event(3)));
        assertThat(inboxes.read(user, PHONE)).extracting(TestInboxes::text).containsExactly(text(event(3)));
    }

    @Test
    void lapsingEmptiesTheStreamKeepsItsKeyAndRenewsTheToken() {
        Instant then = now.minus(Duration.ofDays(31));
        inboxes.connected(user, PHONE, HERE, now);
        String before = inboxes.beginSync(user, PHONE);
        inboxes.append(entries(user, event(1)));
        DeliveryId last = inboxes.read(user, PHONE).get(0).id();
        inboxes.beat(user, PHONE, HERE, then);

        inboxes.append(entries(user, event(2)));

        assertThat(inboxes.read(user, PHONE)).isEmpty();
        assertThat(inboxes.endSync(user, PHONE, before)).isFalse();
        inboxes.append(entries(user, event(3)));
        assertThat(inboxes.read(user, PHONE).get(0).id().follows(last)).isTrue();
    }

    @Test
    void theNewerSessionHoldsTheDevice() {
        assertThat(inboxes.connected(user, PHONE, HERE, now).previous()).isEmpty();
        assertThat(inboxes.connected(user, PHONE, HERE, now).previous()).isEmpty();
        assertThat(inboxes.connected(user, PHONE, THERE, now).previous()).isEqualTo(Optional.of(HERE));

        assertThat(beat(PHONE, HERE).holder()).isFalse();
        assertThat(beat(PHONE, THERE).holder()).isTrue();
        await(inboxes.inbox.disconnect(user, PHONE, HERE));
        assertThat(inboxes.append(entries(user, event(1))))
                .extracting(AppendScript.LiveDevice::session)
                .containsExactly(THERE);
        await(inboxes.inbox.disconnect(user, PHONE, THERE));
        assertThat(inboxes.append(entries(user, event(2)))).isEmpty();
        assertThat(inboxes.read(user, PHONE)).hasSize(2);
    }

    /** As Redis does that loses its last second: the hash is what it was before the newer session came. */
    @Test
    void theNewerSessionTakesTheDeviceBackWhereRedisHasForgottenThatItCame() {
        Connected older = inboxes.connected(user, PHONE, HERE, now);
        inboxes.complete(user, PHONE);
        String line = line(PHONE);
        Connected newer = inboxes.connected(user, PHONE, THERE, now);
        inboxes.redis(Command.HSET, InboxKeys.devices(user), "d:phone", line);

        assertThat(inboxes.beat(user, PHONE, HERE, older.sinceMs(), now).holder())
                .as("it knows no better")
                .isTrue();
        assertThat(inboxes.beat(user, PHONE, THERE, newer.sinceMs(), now).holder())
                .isTrue();
        assertThat(inboxes.beat(user, PHONE, HERE, older.sinceMs(), now).holder())
                .isFalse();
        assertThat(inboxes.append(entries(user, event(1))))
                .extracting(AppendScript.LiveDevice::session)
                .containsExactly(THERE);
    }

    @Test
    void ofTwoSessionsThatAskLateTheLaterHelloHoldsTheDeviceInWhicheverOrderTheyCome() {
        Takeover older = new Takeover(HERE, now, true);
        Takeover newer = new Takeover(THERE, now.plusMillis(300), true);
        inboxes.connected(user, PHONE, newer, now);

        assertThatThrownBy(() -> inboxes.connected(user, PHONE, older, now)).isInstanceOf(DevicePassedException.class);
        assertThat(inboxes.append(entries(user, event(1))))
                .extracting(AppendScript.LiveDevice::session)
                .containsExactly(THERE);

        inboxes.connected(user, LAPTOP, older, now);
        assertThat(inboxes.connected(user, LAPTOP, newer, now).previous()).isEqualTo(Optional.of(HERE));
        assertThat(inboxes.connected(user, LAPTOP, newer, now).previous())
                .as("its answer was lost: it asks again")
                .isEmpty();
    }

    @Test
    void whoAsksAtOnceHoldsTheDeviceThoughItsClockIsSlow() {
        Connected ahead = inboxes.connected(user, PHONE, HERE, now.plusSeconds(60));
        Connected behind = inboxes.connected(user, PHONE, THERE, now);

        assertThat(behind.sinceMs()).isGreaterThan(ahead.sinceMs());
        assertThat(inboxes.beat(user, PHONE, HERE, ahead.sinceMs(), now).holder())
                .isFalse();
        assertThat(inboxes.beat(user, PHONE, THERE, behind.sinceMs(), now).holder())
                .isTrue();
        await(inboxes.inbox.disconnect(user, PHONE, THERE));
        assertThat(inboxes.connected(user, PHONE, THERE, now).sinceMs())
                .as("a session that ended is not forgotten by those before it")
                .isGreaterThan(behind.sinceMs());
    }

    /** As an earlier version wrote it. */
    @Test
    void aLineThatSaysNotSinceWhenIsReadWithout() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.complete(user, PHONE);
        String line = line(PHONE);
        inboxes.redis(Command.HSET, InboxKeys.devices(user), "d:phone", line.substring(0, line.lastIndexOf(' ')));

        assertThat(inboxes.append(entries(user, event(1))))
                .extracting(AppendScript.LiveDevice::session)
                .containsExactly(HERE);
        assertThat(beat(PHONE, HERE).holder()).isTrue();
        assertThat(inboxes.connected(user, PHONE, THERE, now).previous()).isEqualTo(Optional.of(HERE));
        inboxes.redis(Command.HSET, InboxKeys.devices(user), "d:phone", line.substring(0, line.lastIndexOf(' ')));
        await(inboxes.inbox.disconnect(user, PHONE, HERE));
        assertThat(inboxes.connected(user, PHONE, THERE, now))
                .isEqualTo(new Connected("", Optional.empty(), now.toEpochMilli()));
    }

    @Test
    void aSessionWithoutHeartbeatsGetsNoHints() {
        inboxes.connect(user, PHONE, HERE, now.minusSeconds(91));
        assertThat(inboxes.append(entries(user, event(1)))).isEmpty();
        beat(PHONE, HERE);
        assertThat(inboxes.append(entries(user, event(2)))).hasSize(1);
    }

    @Test
    void aHeartbeatTellsTheNewestEntry() {
        inboxes.connect(user, PHONE, HERE, now);
        assertThat(beat(PHONE, HERE).last()).isEmpty();
        inboxes.append(entries(user, event(1), event(2)));
        List<InboxEntry> all = inboxes.read(user, PHONE);
        assertThat(beat(PHONE, HERE).last()).isEqualTo(Optional.of(all.get(1).id()));
        await(inboxes.inbox.acknowledge(user, PHONE, all.get(1).id()));
        assertThat(beat(PHONE, HERE).last()).isEmpty();
    }

    @Test
    void aHeartbeatTakesAMissingDeviceInAgainIncomplete() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.complete(user, PHONE);
        inboxes.append(entries(user, event(1)));
        DeliveryId before = inboxes.read(user, PHONE).get(0).id();
        // as if Redis had been emptied by hand, with nobody noticing
        inboxes.redis(Command.DEL, InboxKeys.devices(user), InboxKeys.stream(user, PHONE));

        Heartbeat heartbeat = beat(PHONE, HERE);

        assertThat(heartbeat.holder()).isTrue();
        assertThat(heartbeat.token()).isNotEmpty();
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, PHONE).get(0).id()).isGreaterThan(before);
    }

    /** As Redis does that loses its last second: the device comes back, begins to sync, and all that is forgotten. */
    @Test
    void aSyncOfALapsedDeviceDoesNotEndWhereRedisHasForgottenThatItCameBack() {
        inboxes.connect(user, PHONE, HERE, now.minus(Duration.ofDays(31)));
        inboxes.append(entries(user, event(1)));
        String lapsed = line(PHONE);
        assertThat(lapsed).startsWith("0 ");
        String token = inboxes.beginSync(user, PHONE);
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, PHONE)).hasSize(1);
        inboxes.redis(Command.HSET, InboxKeys.devices(user), "d:phone", lapsed);
        inboxes.redis(Command.DEL, InboxKeys.stream(user, PHONE));
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, PHONE))
                .as("appended again, but it is lapsed")
                .isEmpty();

        assertThat(inboxes.endSync(user, PHONE, token)).isFalse();
    }

    @Test
    void theEndOfASyncTakesNoDeviceIn() {
        inboxes.connect(user, PHONE, HERE, now);
        String token = inboxes.beginSync(user, PHONE);
        inboxes.redis(Command.DEL, InboxKeys.devices(user));

        assertThat(inboxes.endSync(user, PHONE, token)).isFalse();
        assertThat(inboxes.endSync(user, PHONE, "")).isFalse();
        assertThat(inboxes.redis(Command.EXISTS, InboxKeys.devices(user)).toInteger())
                .isZero();
    }

    @Test
    void devicesUnseenForTooLongMakeRoomForAnotherAndComeBackAsNew() {
        Instant longAgo = now.minus(Duration.ofDays(31));
        inboxes.connect(user, device("d1"), HERE, longAgo);
        inboxes.complete(user, device("d1"));
        inboxes.connect(user, device("d2"), HERE, now);
        inboxes.connect(user, device("d3"), HERE, now);
        inboxes.append(entries(user, event(1)));
        inboxes.beat(user, device("d1"), HERE, longAgo);

        assertThat(inboxes.connect(user, device("d4"), HERE, now)).isFalse();

        assertThat(inboxes.redis(Command.EXISTS, InboxKeys.stream(user, device("d1")))
                        .toInteger())
                .isZero();
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, device("d1"))).isEmpty();
        assertThat(inboxes.read(user, device("d2"))).hasSize(2);
        assertThat(inboxes.read(user, device("d4"))).hasSize(1);
        assertThatThrownBy(() -> inboxes.connect(user, device("d1"), HERE, now))
                .isInstanceOf(DeviceLimitException.class);
        inboxes.beat(user, device("d3"), HERE, longAgo);
        assertThat(inboxes.connect(user, device("d1"), HERE, now)).isFalse();
    }

    @Test
    void oneDeviceTooManyIsRefusedAndNoneIsEvicted() {
        inboxes.connect(user, device("d1"), HERE, now);
        inboxes.connect(user, device("d2"), HERE, now);
        inboxes.connect(user, device("d3"), HERE, now);

        assertThatThrownBy(() -> inboxes.connect(user, device("d4"), HERE, now))
                .isInstanceOf(DeviceLimitException.class);
        assertThatThrownBy(() -> inboxes.beginSync(user, device("d4"))).isInstanceOf(DeviceLimitException.class);
        assertThat(inboxes.connect(user, device("d1"), HERE, now)).isFalse();
        inboxes.remove(user, device("d2"));
        assertThat(inboxes.connect(user, device("d4"), HERE, now)).isFalse();
    }

    @Test
    void removingADeviceDropsItsStreamAndTellsItsSession() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.append(entries(user, event(1)));

        assertThat(inboxes.remove(user, PHONE)).isEqualTo(new Removed(true, Optional.of(HERE)));

        assertThat(inboxes.remove(user, PHONE)).isEqualTo(new Removed(false, Optional.empty()));
        assertThat(inboxes.append(entries(user, event(2)))).isEmpty();
        assertThat(inboxes.redis(Command.KEYS, "inbox:{" + user + "}*").size())
                .as("only the removal is left")
                .isOne();
        assertThat(inboxes.redis(Command.PTTL, InboxKeys.devices(user)).toLong())
                .as("and expires")
                .isPositive();
    }

    @Test
    void removingWhatNobodyKnowsLeavesNothing() {
        assertThat(inboxes.remove(user, PHONE).wasThere()).isFalse();
        assertThat(inboxes.redis(Command.KEYS, "inbox:{" + user + "}*").size()).isZero();
    }

    @Test
    void aTokenOlderThanTheRemovalOpensNothingAndANewerOneDoes() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.complete(user, PHONE);
        String began = inboxes.beginSync(user, PHONE);
        inboxes.append(entries(user, event(1)));
        await(inboxes.inbox.remove(new DeviceRemoval(user, PHONE, now, false)));
        DeviceClaim old = new DeviceClaim(user, PHONE, now);

        refused(inboxes.inbox.connect(old, takeover(HERE), now));
        refused(inboxes.inbox.heartbeat(old, HERE, 0, now));
        refused(inboxes.inbox.beginSync(old));
        assertThat(await(inboxes.inbox.endSync(old, began))).isFalse();
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, PHONE)).isEmpty();

        DeviceClaim fresh = new DeviceClaim(user, PHONE, now.plusMillis(1));
        assertThat(await(inboxes.inbox.connect(fresh, takeover(THERE), now)).complete())
                .as("as a new device")
                .isFalse();
        inboxes.append(entries(user, event(3)));
        assertThat(inboxes.read(user, PHONE)).extracting(TestInboxes::text).containsExactly(text(event(3)));
        assertThat(inboxes.redis(Command.PTTL, InboxKeys.devices(user)).toLong())
                .as("the hash does not expire under its new device")
                .isEqualTo(-1);
        refused(inboxes.inbox.connect(old, takeover(HERE), now));
        assertThat(beat(PHONE, THERE).holder()).isTrue();
    }

    @Test
    void removedDevicesDoNotCountAndAreForgottenInTime() {
        inboxes.connect(user, LAPTOP, THERE, now);
        Instant long_ago = now.minus(Duration.ofHours(26));
        for (int i = 0; i < 5; i++) {
            DeviceId device = device("d" + i);
            inboxes.connect(user, device, HERE, now);
            await(inboxes.inbox.remove(new DeviceRemoval(user, device, i < 3 ? long_ago : now, false)));
        }
        inboxes.connect(user, device("d7"), HERE, now);
        inboxes.connect(user, device("d8"), HERE, now);
        assertThatThrownBy(() -> inboxes.connect(user, device("d9"), HERE, now))
                .isInstanceOf(DeviceLimitException.class);

        inboxes.append(entries(user, event(1)));

        assertThat(inboxes.redis(Command.HKEYS, InboxKeys.devices(user)).stream()
                        .map(Object::toString))
                .containsExactlyInAnyOrder("g", "d:laptop", "d:d7", "d:d8", "r:d3", "r:d4");
    }

    @Test
    void removalsThatAreTooManySpeakForEveryDevice() {
        for (int i = 0; i < 45; i++) {
            await(inboxes.inbox.remove(new DeviceRemoval(user, device("d" + i), now, true)));
        }

        assertThat(inboxes.redis(Command.HLEN, InboxKeys.devices(user)).toInteger())
                .isEqualTo(41);
        refused(inboxes.inbox.connect(new DeviceClaim(user, PHONE, now), takeover(HERE), now));
        assertThat(await(inboxes.inbox.connect(new DeviceClaim(user, PHONE, now.plusMillis(1)), takeover(HERE), now))
                        .complete())
                .isFalse();
    }

    private static void refused(Future<?> admission) {
        assertThatThrownBy(() -> await(admission)).isInstanceOf(DeviceRemovedException.class);
    }

    @Test
    void aScriptOfAnOlderGenerationIsRefused() {
        inboxes.connect(user, PHONE, HERE, now);
        InboxGeneration old = inboxes.generation();
        var newer = new InboxGeneration(old.generation() + 1, old.serverIdentity(), old.incompleteBelow());
        var link = inboxes.link;
        await(link.run(
                user,
                ConnectScript.SCRIPT,
                any -> ConnectScript.request(
                        new Admission(newer, now, "t", SMALL, TestInboxes.claim(user, PHONE)), takeover(HERE))));

        assertThatThrownBy(() -> inboxes.append(old, entries(user, event(1))))
                .isInstanceOf(GenerationChangedException.class);
        assertThatThrownBy(() -> inboxes.connect(user, PHONE, HERE, now))
                .isInstanceOf(GenerationChangedException.class);
        assertThat(inboxes.read(user, PHONE)).isEmpty();
    }

    @Test
    void scriptsThatRedisForgotAreLoadedAgain() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.redis(Command.SCRIPT, "FLUSH");
        inboxes.append(entries(user, event(1)));
        inboxes.redis(Command.SCRIPT, "FLUSH");
        assertThat(beat(PHONE, HERE).last()).isPresent();
    }

    private Takeover takeover(SessionRef session) {
        return new Takeover(session, now, false);
    }

    /** What Redis holds of a device. */
    private String line(DeviceId device) {
        return inboxes.redis(Command.HGET, InboxKeys.devices(user), "d:" + device)
                .toString();
    }

    private Heartbeat beat(DeviceId device, SessionRef session) {
        return inboxes.beat(user, device, session, now);
    }

    private void fill(int count) {
        for (int i = 1; i <= count; i++) {
            inboxes.append(entries(user, event(i)));
        }
    }

    private static SentEvent event(long seq) {
        return event(seq, "message " + seq);
    }

    private static SentEvent event(long seq, String content) {
        return Samples.sent(Samples.message(ROOM, seq, Samples.user("ann"), content, Samples.Way.write(1)));
    }

    private static String text(SentEvent event) {
        return new String(event.json(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static void assertDense(List<InboxEntry> entries) {
        List<InboxEntry> copy = new ArrayList<>(entries);
        for (int i = 1; i < copy.size(); i++) {
            assertThat(copy.get(i).id().follows(copy.get(i - 1).id())).isTrue();
        }
    }
}
