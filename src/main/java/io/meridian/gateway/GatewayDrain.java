package io.meridian.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * One gateway's part of the drain. Sessions are told {@code reconnect} one after the other; each is closed when what it had
 * sent is answered, or when it has waited long enough. New sends are not taken any more: their clients send them again where
 * they connect next.
 */
final class GatewayDrain {
    /** Few sessions are gone within some of these. */
    private static final long TICK_MS = 20;
    /** On top of the pace: those told in one tick do not come to the next node in one tick. */
    private static final long JITTER_MS = 500;

    private final Sessions sessions;
    private final Protection protection;
    private final Timers timers;
    private final LongSupplier clockMs;
    private final Promise<Void> drained = Promise.promise();
    /** By when each of those told has to be closed. */
    private final Map<Session, Long> told = new HashMap<>();

    private final Deque<Session> untold = new ArrayDeque<>();
    private DrainPace pace;
    private long beganMs;
    private long count;

    GatewayDrain(Sessions sessions, Protection protection, Timers timers, LongSupplier clockMs) {
        this.sessions = sessions;
        this.protection = protection;
        this.timers = timers;
        this.clockMs = clockMs;
    }

    Future<Void> begin() {
        Drain drain = protection.drain();
        beganMs = clockMs.getAsLong();
        untold.addAll(sessions.all());
        pace = DrainPace.of(
                untold.size(),
                (double) drain.settings().sessionsPerSecond() / drain.gateways(),
                drain.settings().window().toMillis());
        tick();
        return drained.future();
    }

    private void tick() {
        Drain drain = protection.drain();
        long now = clockMs.getAsLong();
        boolean late = now - beganMs >= drain.settings().bound().toMillis();
        if (drain.hurried() || late) {
            drained.complete();
            return;
        }
        tell(now);
        told.forEach((session, until) -> {
            if (session.idle() || now >= until) {
                session.close(CloseCode.RECONNECT, "this node stops");
            }
        });
        told.keySet().removeIf(Session::closed);
        if (sessions.size() == 0 && protection.exchanges().get() == 0) {
            drained.complete();
        } else {
            timers.after(TICK_MS, this::tick);
        }
    }

    private void tell(long now) {
        long due = pace.toldBy(now - beganMs);
        while (count < due && !untold.isEmpty()) {
            count++;
            tell(untold.poll(), now);
        }
        if (untold.isEmpty() && sessions.size() > told.size()) {
            // Let in just before the doors closed.
            sessions.all().stream()
                    .filter(session -> !told.containsKey(session))
                    .toList()
                    .forEach(session -> tell(session, now));
        }
    }

    private void tell(Session session, long now) {
        if (!session.closed()) {
            session.leave(timers.spread(JITTER_MS));
            told.put(session, now + protection.drain().settings().answers().toMillis());
        }
    }
}
