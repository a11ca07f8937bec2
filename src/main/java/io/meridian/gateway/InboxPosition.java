package io.meridian.gateway;

import io.meridian.delivery.DeliveryId;
import java.util.Optional;

/**
 * How far a device's inbox has been sent on this connection, and what to do with news of it. Pure: it decides, its owner
 * reads and sends.
 *
 * <p>An entry is sent at once only if nothing can lie between it and the last one sent; everything else is found by reading
 * the stream from there. So lost hints, late hints, a full socket and an empty Redis are all one case.
 */
final class InboxPosition {
    private enum Mode {
        /** Everything heard of has been sent. */
        LIVE,
        /** A read of the stream is under way, or waits to be tried again. */
        READING,
        /** The socket takes no more; what comes meanwhile lies in the stream. */
        BLOCKED
    }

    /** What the owner is to do. */
    enum Step {
        SEND,
        READ,
        /** Everything in the stream has been sent. */
        CAUGHT_UP,
        NOTHING
    }

    private Mode mode = Mode.READING;
    /** The newest entry heard of since the read under way had begun: it may have come too late for it. */
    private DeliveryId heardMeanwhile;

    private DeliveryId sent;
    private DeliveryId acknowledged;

    /** The last entry sent on this connection, or null. A read goes on behind it. */
    DeliveryId sent() {
        return sent;
    }

    /** A hint: there is an entry, and this is it. SEND: send it and say so by {@link #sending}. */
    Step hint(DeliveryId id) {
        if (sent != null && id.compareTo(sent) <= 0) {
            return Step.NOTHING;
        }
        if (mode == Mode.READING) {
            heardMeanwhile = heardMeanwhile == null || id.compareTo(heardMeanwhile) > 0 ? id : heardMeanwhile;
            return Step.NOTHING;
        }
        if (mode == Mode.BLOCKED) {
            return Step.NOTHING;
        }
        if (sent != null && id.follows(sent)) {
            return Step.SEND;
        }
        return read();
    }

    /** The inbox ends at {@code last}; heard with a heartbeat. */
    Step heard(DeliveryId last) {
        boolean missed = mode == Mode.LIVE && (sent == null || last.compareTo(sent) > 0);
        return missed ? read() : Step.NOTHING;
    }

    /** Whether a read entry is still to be sent: it is new, and the socket has room. */
    boolean wants(DeliveryId id) {
        return mode != Mode.BLOCKED && (sent == null || id.compareTo(sent) > 0);
    }

    /** The entry is being sent; {@code full}: and with it the socket takes no more. */
    void sending(DeliveryId id, boolean full) {
        sent = id;
        if (full) {
            mode = Mode.BLOCKED;
        }
    }

    /** A read has been dealt with; {@code more}: it ended by a bound, and there may be more. */
    Step read(boolean more) {
        if (mode == Mode.BLOCKED) {
            return Step.NOTHING;
        }
        boolean missed = heardMeanwhile != null && (sent == null || heardMeanwhile.compareTo(sent) > 0);
        if (more || missed) {
            return read();
        }
        mode = Mode.LIVE;
        return Step.CAUGHT_UP;
    }

    /** The socket takes more again. */
    Step drained() {
        return mode == Mode.BLOCKED ? read() : Step.NOTHING;
    }

    /**
     * What an acknowledgement is good for: never more than was sent here, nothing of an earlier generation (whose numbers
     * mean nothing now), nothing that was acknowledged before.
     */
    Optional<DeliveryId> acknowledge(DeliveryId upTo) {
        if (sent == null || upTo.generation() < sent.generation()) {
            return Optional.empty();
        }
        DeliveryId clamped = upTo.compareTo(sent) > 0 ? sent : upTo;
        if (acknowledged != null && clamped.compareTo(acknowledged) <= 0) {
            return Optional.empty();
        }
        acknowledged = clamped;
        return Optional.of(clamped);
    }

    private Step read() {
        mode = Mode.READING;
        heardMeanwhile = null;
        return Step.READ;
    }
}
