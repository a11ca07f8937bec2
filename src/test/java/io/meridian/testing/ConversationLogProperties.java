package io.meridian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever happens between a device and its server, and in whatever order: once it is quiet, the device holds what history holds. */
class ConversationLogProperties {
    private enum Step {
        HAPPEN,
        HAPPEN_ELSEWHERE,
        JOIN_OR_LEAVE,
        SEND,
        ANSWER,
        DELIVER,
        DELIVER_AGAIN,
        ACKNOWLEDGE,
        DROP,
        LOSE_INBOX,
        APPEND_AGAIN,
        SYNC_PAGE,
        LOSE_SYNC_ANSWER,
        ABANDON_SYNC,
        REPAIR
    }

    @Property(tries = 2_000)
    void appliedInAnyInterleavingTheDeviceHoldsWhatHistoryHolds(
            @ForAll @Size(min = 1, max = 120) List<Step> steps, @ForAll long seed) {
        Device device = new Device(seed);
        steps.forEach(device::take);
        device.settle();
        device.server.conversations().forEach(device::holdsWhatHistoryHolds);
        assertThat(device.state.logs().values()).allSatisfy(log -> {
            assertThat(log.contradictions()).isEmpty();
            assertThat(log.isCaughtUp()).as(log.toString()).isTrue();
        });
    }

    @Property(tries = 500)
    void eventsInAnyOrderAndAnyNumberOfTimesGiveTheSameLog(
            @ForAll @Size(min = 2, max = 40) List<Boolean> membership, @ForAll long seed) {
        ModelServer server = new ModelServer(seed);
        membership.forEach(change -> server.happen("a", change));
        List<ChatEvent> events = new ArrayList<>(server.history("a"));
        events.addAll(server.history("a"));
        java.util.Collections.shuffle(events, new Random(seed));
        ConversationLog log = new ConversationLog("a", ModelServer.ME);
        events.forEach(log::apply);
        assertThat(log.events()).isEqualTo(server.history("a"));
        log.applyPage(0, server.history("a"));
        assertThat(log.hasGap()).isFalse();
    }

    @Property(tries = 500)
    void aMissingEventIsAlwaysAGapUnlessItIsTheLast(
            @ForAll @Size(min = 2, max = 40) List<Boolean> membership, @ForAll long seed) {
        ModelServer server = new ModelServer(seed);
        membership.forEach(change -> server.happen("a", change));
        List<ChatEvent> events = server.history("a");
        for (int missing = 0; missing < events.size(); missing++) {
            ConversationLog log = new ConversationLog("a", ModelServer.ME);
            for (int i = 0; i < events.size(); i++) {
                if (i != missing) {
                    log.apply(events.get(i));
                }
            }
            // What a first membership was nobody can know who has nothing of it: it takes a sync to be told.
            boolean noTrace = missing == events.size() - 1
                    || missing == 0 && events.size() > 1 && events.get(1).joins(ModelServer.ME);
            if (!noTrace) {
                assertThat(log.hasGap()).as("without " + events.get(missing)).isTrue();
            }
        }
    }

    /** A client's half: what it does is what {@link ChatClient} does, without sockets. */
    private static final class Device {
        private final ModelServer server;
        private final Random random;
        private final DeviceState state = new DeviceState(ModelServer.ME, new Outbox(10_000));
        private final List<ChatEvent> unanswered = new ArrayList<>();
        private int delivered;
        private DeviceState.SyncRun sync;
        private String cursor;

        Device(long seed) {
            server = new ModelServer(seed);
            random = new Random(seed + 1);
        }

        void take(Step step) {
            switch (step) {
                case HAPPEN -> server.happen("a", false);
                case HAPPEN_ELSEWHERE -> server.happen("b", false);
                case JOIN_OR_LEAVE -> server.happen(random.nextBoolean() ? "a" : "b", true);
                case SEND -> {
                    ChatEvent own = server.sendFromDevice(random.nextBoolean() ? "a" : "b");
                    if (own != null) {
                        unanswered.add(own);
                    }
                }
                case ANSWER -> answer();
                case DELIVER -> deliver();
                case DELIVER_AGAIN ->
                    server.backlog().stream()
                            .limit(delivered)
                            .skip(random.nextInt(delivered + 1))
                            .findFirst()
                            .ifPresent(state::apply);
                case ACKNOWLEDGE -> {
                    server.acknowledge(delivered);
                    delivered = 0;
                }
                case DROP -> delivered = 0;
                case LOSE_INBOX -> {
                    server.loseInbox();
                    delivered = 0;
                    sync = null;
                }
                case APPEND_AGAIN -> server.appendAgain();
                case SYNC_PAGE -> syncPage();
                case LOSE_SYNC_ANSWER -> loseSyncAnswer();
                case ABANDON_SYNC -> sync = null;
                case REPAIR -> state.logs().values().forEach(this::repair);
            }
        }

        /** Answers to sends come in any order and late: a retry is answered the same. */
        private void answer() {
            if (!unanswered.isEmpty()) {
                state.apply(unanswered.remove(random.nextInt(unanswered.size())));
            }
        }

        private void deliver() {
            List<ChatEvent> backlog = server.backlog();
            if (delivered < backlog.size()) {
                state.apply(backlog.get(delivered++));
            }
        }

        private void syncPage() {
            if (server.isComplete()) {
                return;
            }
            if (sync == null) {
                sync = state.beginSync();
                cursor = null;
            }
            ModelServer.SyncPage page = server.sync(sync.positions(), cursor);
            sync.page(page.items(), page.heads());
            cursor = page.nextCursor();
            if (cursor == null) {
                sync.end();
                sync = null;
            }
        }

        private void loseSyncAnswer() {
            if (sync != null) {
                server.sync(sync.positions(), cursor);
                sync = null;
            }
        }

        private void repair(ConversationLog log) {
            if (!log.isCaughtUp()) {
                long after = log.heldWithoutGap();
                log.applyPage(after, server.historyAfter(log.conversationId(), after));
            }
        }

        void settle() {
            delivered = 0;
            while (delivered < server.backlog().size()) {
                deliver();
            }
            while (!unanswered.isEmpty()) {
                answer();
            }
            while (!server.isComplete()) {
                syncPage();
            }
            // Each repair brings a page; a log that a bounded number of them does not close is the failure.
            for (int round = 0; round < 100 && !state.isCaughtUp(); round++) {
                state.logs().values().forEach(this::repair);
            }
        }

        void holdsWhatHistoryHolds(String conversation) {
            ConversationLog log = state.log(conversation);
            for (int page = 0; page < 200 && log.olderThan().isPresent(); page++) {
                long before = log.olderThan().getAsLong();
                List<ChatEvent> older = server.historyBefore(conversation, before);
                if (older.isEmpty()) {
                    log.beginningHeld();
                } else {
                    List<ChatEvent> joined = new ArrayList<>(older);
                    log.at(before).ifPresent(joined::add);
                    log.applyPage(0, joined);
                }
            }
            assertThat(log.events()).as(conversation).isEqualTo(server.history(conversation));
        }
    }
}
