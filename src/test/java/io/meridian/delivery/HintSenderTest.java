package io.meridian.delivery;

import static io.meridian.delivery.Samples.device;
import static io.meridian.delivery.Samples.message;
import static io.meridian.delivery.Samples.sent;
import static io.meridian.delivery.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.Hint;
import io.meridian.bus.HintTaken;
import io.meridian.bus.SessionNotice;
import io.meridian.message.ConversationId;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hints over the bus of one node. */
class HintSenderTest {
    private static final String GATEWAY = "node-1/0";
    /** No hint is repeated while a slow machine thinks. */
    private static final Duration PATIENT = Duration.ofMinutes(2);

    private static final Duration IMPATIENT = Duration.ofMillis(200);
    private static final UserId ANN = user("ann");
    private static final DeviceId PHONE = device("phone");
    private static final DeviceId LAPTOP = device("laptop");

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final Context context = vertx.getOrCreateContext();
    private HintSender sender = new HintSender(bus, PATIENT);
    private final List<Hint> hints = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        TestInboxes.await(vertx.close());
    }

    @Test
    void eachEventTravelsOnceHoweverManyDevicesGetIt() {
        bus.answer(Addresses.hints(GATEWAY), this::take);
        SentEvent event = event(1);
        var call = new FanoutPlan.UserEntries(ANN, List.of(new FanoutPlan.Entry(event, 0, null)));

        hint(new AppendSender.Appended(call, List.of(live(PHONE, 7), live(LAPTOP, 3))));

        awaitHints(1);
        assertThat(hints.get(0).payloads()).containsExactly(new Hint.Payload(event.json(), 0));
        assertThat(hints.get(0).targets())
                .containsExactly(new Hint.Target(ANN, PHONE, 0, 1, 7), new Hint.Target(ANN, LAPTOP, 0, 1, 3));
    }

    @Test
    void theExcludedDeviceHasNoNumberForTheEventItSent() {
        bus.answer(Addresses.hints(GATEWAY), this::take);
        var call = new FanoutPlan.UserEntries(
                ANN, List.of(new FanoutPlan.Entry(event(1), 0, PHONE), new FanoutPlan.Entry(event(2), 0, null)));

        hint(new AppendSender.Appended(call, List.of(live(PHONE, 7), live(LAPTOP, 3))));

        awaitHints(1);
        assertThat(hints.get(0).targets())
                .extracting(Hint.Target::deviceId, Hint.Target::entry)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(PHONE, 7L),
                        org.assertj.core.groups.Tuple.tuple(LAPTOP, 3L),
                        org.assertj.core.groups.Tuple.tuple(LAPTOP, 4L));
    }

    @Test
    void oneHintIsUnderWayAndWhatComesMeanwhileIsTheNextInOrder() {
        Promise<HintTaken> held = Promise.promise();
        bus.answer(Addresses.hints(GATEWAY), hint -> {
            hints.add(hint);
            return hints.size() == 1 ? held.future() : Future.succeededFuture(new HintTaken());
        });

        hint(appended(1));
        awaitHints(1);
        hint(appended(2));
        hint(appended(3));
        held.complete(new HintTaken());

        awaitHints(2);
        assertThat(hints.get(1).targets()).extracting(Hint.Target::entry).containsExactly(2L, 3L);
    }

    @Test
    void anUnansweredHintIsRepeatedOnceAndThenGivenUp() {
        sender = new HintSender(bus, IMPATIENT);
        bus.answer(Addresses.hints(GATEWAY), hint -> {
            hints.add(hint);
            return hints.size() <= 2 ? Promise.<HintTaken>promise().future() : Future.succeededFuture(new HintTaken());
        });

        hint(appended(1));
        awaitHints(2);
        hint(appended(2));

        awaitHints(3);
        assertThat(hints.get(1)).isEqualTo(hints.get(0));
        assertThat(hints.get(2).targets()).extracting(Hint.Target::entry).containsExactly(2L);
    }

    @Test
    void whatWaitsIsBoundedInAllHoweverManyPartitionsWaitForAGatewayThatStandsStill() {
        Promise<HintTaken> held = Promise.promise();
        bus.answer(Addresses.hints(GATEWAY), hint -> held.future());
        List<SentEvent> large = LongStream.rangeClosed(1, 20)
                .mapToObj(seq ->
                        sent(message(new ConversationId("room"), seq, ANN, "x".repeat(60_000), Samples.Way.write(1))))
                .toList();
        Promise<Long> most = Promise.promise();
        context.runOnContext(go -> {
            long waiting = 0;
            for (int i = 0; i < 160; i++) {
                SentEvent[] some = large.toArray(SentEvent[]::new);
                sender.hint(
                        i % 16,
                        List.of(new AppendSender.Appended(Samples.entries(ANN, some), List.of(live(PHONE, i)))));
                waiting = Math.max(waiting, sender.waitingBytes());
            }
            most.complete(waiting);
        });

        // one hint of 1 MiB a partition may come on top
        assertThat(TestInboxes.await(most.future()))
                .isBetween(HintSender.MAX_WAITING_BYTES_IN_ALL / 2, HintSender.MAX_WAITING_BYTES_IN_ALL + (17L << 20));
        held.complete(new HintTaken());
    }

    @Test
    void aGatewayThatIsGoneHoldsUpNobody() {
        bus.answer(Addresses.hints("node-2/0"), this::take);
        hint(appended(1));
        var call = Samples.entries(ANN, event(1));
        var other = new AppendScript.LiveDevice(
                LAPTOP, new SessionRef("node-2/0", "s"), Optional.of(new DeliveryId(1, 5)), false);
        hint(new AppendSender.Appended(call, List.of(other)));

        awaitHints(1);
    }

    @Test
    void theSessionOfADeviceFoundIncompleteIsTold() {
        List<SessionNotice> notices = new CopyOnWriteArrayList<>();
        bus.listen(Addresses.sessions(GATEWAY), notices::add);
        var lost = new AppendScript.LiveDevice(PHONE, new SessionRef(GATEWAY, "s"), Optional.empty(), true);

        hint(new AppendSender.Appended(Samples.entries(ANN, event(1)), List.of(lost)));

        Awaitility.await()
                .untilAsserted(() -> assertThat(notices)
                        .containsExactly(new SessionNotice(ANN, PHONE, "s", SessionNotice.Kind.INCOMPLETE)));
    }

    private Future<HintTaken> take(Hint hint) {
        hints.add(hint);
        return Future.succeededFuture(new HintTaken());
    }

    private void hint(AppendSender.Appended appended) {
        context.runOnContext(go -> sender.hint(0, List.of(appended)));
    }

    private void awaitHints(int count) {
        Awaitility.await()
                .atMost(TestInboxes.BOUND)
                .untilAsserted(() -> assertThat(hints).hasSize(count));
    }

    private static AppendSender.Appended appended(long entry) {
        return new AppendSender.Appended(Samples.entries(ANN, event(entry)), List.of(live(PHONE, entry)));
    }

    private static AppendScript.LiveDevice live(DeviceId device, long first) {
        return new AppendScript.LiveDevice(
                device, new SessionRef(GATEWAY, "s"), Optional.of(new DeliveryId(1, first)), false);
    }

    private static SentEvent event(long seq) {
        return sent(message(new ConversationId("room"), seq, ANN, "message " + seq, Samples.Way.write(1)));
    }
}
