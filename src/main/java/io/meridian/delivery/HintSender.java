package io.meridian.delivery;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.HeadMoved;
import io.meridian.bus.Hint;
import io.meridian.bus.SessionNotice;
import io.meridian.message.UserId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells gateways what lies in the inboxes of their sessions. Never waited for: a hint that is lost, twice unanswered or
 * dropped is found by the gateway, at the device's next entry or its heartbeat.
 *
 * <p>Per gateway and partition one hint is under way, so that they arrive in order; what comes meanwhile is put
 * together into the next. On one Vert.x context.
 */
final class HintSender {
    /** What may wait for one gateway and partition: some 16 hints; a gateway further behind reads streams anyway. */
    private static final int MAX_WAITING_TARGETS = 65_536;

    private static final long MAX_WAITING_BYTES = 16L << 20;
    /** For all of them together, however many stand still. */
    static final long MAX_WAITING_BYTES_IN_ALL = 64L << 20;

    private static final int REPEATS = 1;

    private final Bus bus;
    private final Duration timeout;
    /** By partition and gateway. */
    private final Map<Integer, Map<String, Outbox>> outboxes = new HashMap<>();

    private long bytesInAll;

    HintSender(Bus bus, Duration timeout) {
        this.bus = bus;
        this.timeout = timeout;
    }

    /** Of hints that wait for the one before. */
    long waitingBytes() {
        return bytesInAll;
    }

    /** New entries of one batch, each user's in order; and whose device was found incomplete. */
    void hint(int partition, List<AppendSender.Appended> reached) {
        for (AppendSender.Appended appended : reached) {
            for (AppendScript.LiveDevice live : appended.live()) {
                tell(partition, appended.call(), live);
            }
        }
        Map<String, Outbox> filled = outboxes.get(partition);
        if (filled != null) {
            List.copyOf(filled.values()).forEach(Outbox::next);
        }
    }

    private void tell(int partition, FanoutPlan.UserEntries call, AppendScript.LiveDevice live) {
        String gateway = live.session().gateway();
        if (live.lost()) {
            bus.send(Addresses.sessions(gateway), incomplete(call.user(), live));
        }
        live.first().ifPresent(first -> {
            Outbox outbox = outboxes.computeIfAbsent(partition, absent -> new HashMap<>())
                    .computeIfAbsent(gateway, absent -> new Outbox(gateway, partition));
            long number = first.entry();
            for (FanoutPlan.Entry entry : call.entries()) {
                if (!live.device().equals(entry.excluded())) {
                    outbox.add(call.user(), live, entry, new DeliveryId(first.generation(), number++));
                }
            }
        });
    }

    private static SessionNotice incomplete(UserId user, AppendScript.LiveDevice live) {
        return new SessionNotice(user, live.device(), live.session().sessionId(), SessionNotice.Kind.INCOMPLETE);
    }

    /** Conversations with fan-out on read that moved on. */
    void announce(List<HeadMoved> heads) {
        heads.forEach(head -> bus.publish(Addresses.HEADS, head));
    }

    /** What waits for one gateway, in the order of the log; forgotten when empty. */
    private final class Outbox {
        private final String gateway;
        private final int partition;
        private final Deque<HintDraft> drafts = new ArrayDeque<>();
        private int targets;
        private long bytes;
        private boolean underWay;

        Outbox(String gateway, int partition) {
            this.gateway = gateway;
            this.partition = partition;
        }

        void add(UserId user, AppendScript.LiveDevice live, FanoutPlan.Entry entry, DeliveryId id) {
            if (targets >= MAX_WAITING_TARGETS
                    || bytes >= MAX_WAITING_BYTES
                    || bytesInAll >= MAX_WAITING_BYTES_IN_ALL) {
                drafts.clear();
                bytesInAll -= bytes;
                targets = 0;
                bytes = 0;
            }
            if (drafts.isEmpty() || drafts.getLast().full()) {
                drafts.addLast(new HintDraft());
            }
            HintDraft draft = drafts.getLast();
            long before = draft.bytes();
            draft.add(user, live.device(), entry, id);
            targets++;
            bytes += draft.bytes() - before;
            bytesInAll += draft.bytes() - before;
        }

        void next() {
            if (underWay) {
                return;
            }
            if (drafts.isEmpty()) {
                forget();
                return;
            }
            HintDraft draft = drafts.removeFirst();
            targets -= draft.size();
            bytes -= draft.bytes();
            bytesInAll -= draft.bytes();
            underWay = true;
            ask(draft.hint(), REPEATS);
        }

        private void forget() {
            Map<String, Outbox> here = outboxes.get(partition);
            here.remove(gateway);
            if (here.isEmpty()) {
                outboxes.remove(partition);
            }
        }

        private void ask(Hint hint, int repeats) {
            bus.ask(Addresses.hints(gateway), hint, timeout).onComplete(answer -> {
                if (answer.failed() && repeats > 0) {
                    ask(hint, repeats - 1);
                } else {
                    underWay = false;
                    next();
                }
            });
        }
    }
}
