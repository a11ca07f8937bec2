package io.meridian.gateway;

import io.meridian.delivery.DeliveryId;
import io.meridian.delivery.Inbox;
import io.meridian.delivery.InboxEntry;
import io.meridian.delivery.InboxFlags;
import io.meridian.delivery.InboxPage;
import io.vertx.core.Future;

/**
 * Sends a device's inbox on one connection and trims it by what the device acknowledges. One read at a time; while Redis
 * is out it is tried again until the session ends.
 */
final class InboxFeed {
    /** A round trip for so many costs little beside sending them. */
    private static final int PAGE = 100;
    /** Twice what the connection takes before it is full. */
    private static final int PAGE_BYTES = 2 * WriteQueue.FULL;

    private final Inbox inbox;
    private final SessionIdentity session;
    private final Transport transport;
    private final Timers timers;
    private final Listener listener;
    private final InboxPosition position = new InboxPosition();
    private DeliveryId untrimmed;
    private boolean trimming;
    private boolean ended;
    private int failures;

    /** What the session wants to know of its feed. */
    interface Listener {
        /** Everything that was in the inbox has been sent. */
        void caughtUp();

        /** The list of conversations with fan-out on read has changed. */
        void membershipChanged();
    }

    InboxFeed(Inbox inbox, SessionIdentity session, Transport transport, Timers timers, Listener listener) {
        this.inbox = inbox;
        this.session = session;
        this.transport = transport;
        this.timers = timers;
        this.listener = listener;
    }

    /** Begins with what the inbox holds. */
    void start() {
        read();
    }

    void hint(DeliveryId id, String tail, int flags) {
        InboxPosition.Step step = position.hint(id);
        if (step == InboxPosition.Step.SEND) {
            send(id, tail, flags);
        } else {
            follow(step);
        }
    }

    void heard(DeliveryId last) {
        follow(position.heard(last));
    }

    void drained() {
        follow(position.drained());
    }

    /** Whether there is something to trim now. */
    boolean acknowledge(DeliveryId upTo) {
        position.acknowledge(upTo).ifPresent(clamped -> untrimmed = clamped);
        return untrimmed != null;
    }

    /** Trims what was acknowledged since the last time. A failure keeps it for the next time. */
    Future<Void> trim() {
        if (untrimmed == null || trimming) {
            return Future.succeededFuture();
        }
        DeliveryId upTo = untrimmed;
        untrimmed = null;
        trimming = true;
        return inbox.acknowledge(session.user(), session.device(), upTo)
                .<Void>map(done -> {
                    trimming = false;
                    return null;
                })
                .otherwise(failure -> {
                    trimming = false;
                    untrimmed = untrimmed == null ? upTo : untrimmed;
                    return null;
                })
                // What was acknowledged while the last trim of an ended session was under way.
                .compose(done -> ended && untrimmed != null && untrimmed.compareTo(upTo) > 0
                        ? trim()
                        : Future.succeededFuture());
    }

    void end() {
        ended = true;
    }

    private void follow(InboxPosition.Step step) {
        if (ended) {
            return;
        }
        if (step == InboxPosition.Step.READ) {
            read();
        } else if (step == InboxPosition.Step.CAUGHT_UP) {
            listener.caughtUp();
        }
    }

    private void read() {
        if (ended) {
            return;
        }
        inbox.read(session.user(), session.device(), position.sent(), PAGE, PAGE_BYTES)
                .onSuccess(this::page)
                .onFailure(failure -> timers.retry(failures++, this::read));
    }

    private void page(InboxPage page) {
        failures = 0;
        for (InboxEntry entry : page.entries()) {
            if (!ended && position.wants(entry.id())) {
                send(entry.id(), Frames.tail(entry.json()), entry.flags());
            }
        }
        follow(position.read(page.more()));
    }

    private void send(DeliveryId id, String tail, int flags) {
        transport.send(Frames.entry(id, tail));
        position.sending(id, transport.full());
        if (InboxFlags.membership(flags)) {
            listener.membershipChanged();
        }
    }
}
