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
    private static final InboxSettings SMALL = new InboxSettings(3, 10, Duration.ofDays(30), Duration.ofSeconds(90));
    private static final ConversationId ROOM = new ConversationId("room");
    private static final DeviceId PHONE = device("phone");
    private static final DeviceId LAPTOP = device("laptop");
    private static final SessionRef HERE = new SessionRef("node-1/0", "s1");
    private static final SessionRef THERE = new SessionRef("node-2/0", "s2");

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

        assertThat(await(inboxes.inbox.read(user, PHONE, all.get(0).id(), 1))).containsExactly(all.get(1));
        assertThat(await(inboxes.inbox.read(user, PHONE, all.get(2).id(), 10))).isEmpty();
        assertThat(await(inboxes.inbox.read(anyUser(), PHONE, null, 10))).isEmpty();
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

    @Test
    void aNewDeviceIsIncompleteUntilItsSyncEnds() {
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isFalse();
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isFalse();
        String token = await(inboxes.inbox.beginSync(user, PHONE));
        assertThat(token).isNotEmpty();
        assertThat(await(inboxes.inbox.beginSync(user, PHONE))).isEqualTo(token);

        assertThat(await(inboxes.inbox.endSync(user, PHONE, "another"))).isFalse();
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isFalse();
        assertThat(await(inboxes.inbox.endSync(user, PHONE, token))).isTrue();
        assertThat(inboxes.connect(user, PHONE, HERE, now)).isTrue();
        assertThat(await(inboxes.inbox.beginSync(user, PHONE))).isEmpty();
        assertThat(await(inboxes.inbox.endSync(user, PHONE, ""))).isTrue();
    }

    @Test
    void aLossBetweenTheFirstAndTheLastPageOfASyncIsNotCleared() {
        inboxes.connect(user, PHONE, HERE, now);
        String token = await(inboxes.inbox.beginSync(user, PHONE));
        fill(10);
        assertThat(inboxes.append(entries(user, event(99))).get(0).lost()).isTrue();

        assertThat(await(inboxes.inbox.endSync(user, PHONE, token))).isFalse();
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
        assertThat(beat(PHONE, HERE).complete()).isFalse();
        assertThat(inboxes.append(entries(user, event(12))).get(0).lost()).isFalse();
    }

    @Test
    void aDeviceUnseenForTooLongGetsNothingUntilItIsSeenAgain() {
        Instant long_ago = now.minus(Duration.ofDays(31));
        inboxes.connect(user, PHONE, HERE, long_ago);
        inboxes.connect(user, LAPTOP, THERE, now);
        String token = await(inboxes.inbox.beginSync(user, LAPTOP));
        await(inboxes.inbox.endSync(user, LAPTOP, token));

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
        await(inboxes.inbox.connect(user, PHONE, HERE, now));
        String before = await(inboxes.inbox.beginSync(user, PHONE));
        inboxes.append(entries(user, event(1)));
        DeliveryId last = inboxes.read(user, PHONE).get(0).id();
        await(inboxes.inbox.heartbeat(user, PHONE, HERE, then));

        inboxes.append(entries(user, event(2)));

        assertThat(inboxes.read(user, PHONE)).isEmpty();
        assertThat(await(inboxes.inbox.endSync(user, PHONE, before))).isFalse();
        inboxes.append(entries(user, event(3)));
        assertThat(inboxes.read(user, PHONE).get(0).id().follows(last)).isTrue();
    }

    @Test
    void theNewerSessionHoldsTheDevice() {
        assertThat(await(inboxes.inbox.connect(user, PHONE, HERE, now)).previous())
                .isEmpty();
        assertThat(await(inboxes.inbox.connect(user, PHONE, HERE, now)).previous())
                .isEmpty();
        assertThat(await(inboxes.inbox.connect(user, PHONE, THERE, now)).previous())
                .isEqualTo(Optional.of(HERE));

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
        assertThat(heartbeat.complete()).isFalse();
        inboxes.append(entries(user, event(2)));
        assertThat(inboxes.read(user, PHONE).get(0).id()).isGreaterThan(before);
    }

    @Test
    void oneDeviceTooManyIsRefusedAndNoneIsEvicted() {
        inboxes.connect(user, device("d1"), HERE, now);
        inboxes.connect(user, device("d2"), HERE, now);
        inboxes.connect(user, device("d3"), HERE, now);

        assertThatThrownBy(() -> inboxes.connect(user, device("d4"), HERE, now))
                .isInstanceOf(DeviceLimitException.class);
        assertThatThrownBy(() -> await(inboxes.inbox.beginSync(user, device("d4"))))
                .isInstanceOf(DeviceLimitException.class);
        assertThat(inboxes.connect(user, device("d1"), HERE, now)).isFalse();
        await(inboxes.inbox.remove(user, device("d2")));
        assertThat(inboxes.connect(user, device("d4"), HERE, now)).isFalse();
    }

    @Test
    void removingADeviceDropsItsStreamAndTellsItsSession() {
        inboxes.connect(user, PHONE, HERE, now);
        inboxes.append(entries(user, event(1)));

        assertThat(await(inboxes.inbox.remove(user, PHONE))).isEqualTo(Optional.of(HERE));

        assertThat(await(inboxes.inbox.remove(user, PHONE))).isEmpty();
        assertThat(inboxes.append(entries(user, event(2)))).isEmpty();
        assertThat(inboxes.redis(Command.KEYS, "inbox:{" + user + "}*").size()).isZero();
    }

    @Test
    void aScriptOfAnOlderGenerationIsRefused() {
        inboxes.connect(user, PHONE, HERE, now);
        InboxGeneration old = inboxes.generation();
        var newer = new InboxGeneration(old.generation() + 1, old.serverIdentity(), old.incompleteBelow());
        var link = inboxes.link;
        await(link.run(ConnectScript.SCRIPT, any -> ConnectScript.request(newer, now, "t", 3, user, PHONE, HERE)));

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

    private Heartbeat beat(DeviceId device, SessionRef session) {
        return await(inboxes.inbox.heartbeat(user, device, session, now));
    }

    private void fill(int count) {
        for (int i = 1; i <= count; i++) {
            inboxes.append(entries(user, event(i)));
        }
    }

    private static SentEvent event(long seq) {
        return Samples.sent(Samples.message(ROOM, seq, Samples.user("ann"), "message " + seq, Samples.Way.write(1)));
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
