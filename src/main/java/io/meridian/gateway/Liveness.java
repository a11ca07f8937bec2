package io.meridian.gateway;

import java.util.Optional;

/** Whether a connection is still one: who is there says hello, sends a frame now and then, and reads what it is sent. Pure. */
final class Liveness {
    private final long helloMs;
    private final long deadMs;
    private final long openedMs;
    private long lastFrameMs;
    private long takenBytes;
    private long lastTakenMs;

    Liveness(GatewaySettings settings, long nowMs) {
        this.helloMs = settings.helloTimeout().toMillis();
        this.deadMs = settings.deadAfter().toMillis();
        this.openedMs = nowMs;
        this.lastFrameMs = nowMs;
        this.lastTakenMs = nowMs;
    }

    /** Something came from the client. */
    void heard(long nowMs) {
        lastFrameMs = nowMs;
    }

    /**
     * To be asked about once a second.
     *
     * @param awaitingHello nothing was said yet
     * @param paused the connection is not read now, so that its silence says nothing
     * @return why it is to be closed
     */
    Optional<String> over(boolean awaitingHello, boolean paused, WriteQueue queue, long nowMs) {
        if (paused) {
            lastFrameMs = nowMs;
        }
        if (queue.waiting() == 0 || queue.taken() != takenBytes) {
            takenBytes = queue.taken();
            lastTakenMs = nowMs;
        }
        if (awaitingHello && nowMs - openedMs >= helloMs) {
            return Optional.of("no hello in time");
        }
        if (nowMs - lastFrameMs >= deadMs) {
            return Optional.of("no heartbeat in time");
        }
        return nowMs - lastTakenMs >= deadMs ? Optional.of("nothing was read in time") : Optional.empty();
    }
}
