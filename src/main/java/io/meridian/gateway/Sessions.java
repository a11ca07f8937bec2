package io.meridian.gateway;

import io.meridian.bus.Hint;
import io.meridian.bus.ReadMoved;
import io.meridian.bus.SessionNotice;
import io.meridian.delivery.DeliveryId;
import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The sessions of a gateway: who is here, and what is for whom. */
final class Sessions {
    /** A process has some ten thousands of file descriptors; more connections than that are another node's. */
    private static final int MAX_SESSIONS = 50_000;
    /** 2,000 a second: a tenth of what a Redis does that has just come back. 50,000 sessions take 25 s. */
    private static final int BEATS_PER_MS = 2;

    private static final long LEAST_SPREAD_MS = 2_000;

    private final Set<Session> all = new HashSet<>();
    private final Map<String, Session> byId = new HashMap<>();
    private final Map<UserId, Map<DeviceId, Session>> byDevice = new HashMap<>();
    private Set<Session> untrimmed = new LinkedHashSet<>();
    private long generation;

    boolean full() {
        return all.size() >= MAX_SESSIONS;
    }

    List<Session> all() {
        return List.copyOf(all);
    }

    int size() {
        return all.size();
    }

    List<SessionGauge> gauges() {
        return all.stream().map(Session::gauge).toList();
    }

    /** A connection, before its hello. */
    void add(Session session) {
        all.add(session);
    }

    /** The session has an id by which it can be told of. */
    void announce(Session session) {
        if (!session.closed()) {
            byId.put(session.identity().sessionId(), session);
        }
    }

    /** The session holds its device now; an older one of the device ends. */
    void bind(Session session) {
        SessionIdentity identity = session.identity();
        Session older = byDevice.computeIfAbsent(identity.user(), user -> new HashMap<>(2))
                .put(identity.device(), session);
        if (older != null && older != session) {
            older.notice(SessionNotice.Kind.REPLACED);
        }
    }

    void remove(Session session) {
        all.remove(session);
        untrimmed.remove(session);
        SessionIdentity identity = session.identity();
        if (identity == null) {
            return;
        }
        byId.remove(identity.sessionId());
        Map<DeviceId, Session> devices = byDevice.get(identity.user());
        if (devices != null && devices.remove(identity.device(), session) && devices.isEmpty()) {
            byDevice.remove(identity.user());
        }
    }

    /** Null: not here. */
    Session of(UserId user, DeviceId device) {
        Map<DeviceId, Session> devices = byDevice.get(user);
        return devices == null ? null : devices.get(device);
    }

    /** An event's text is made once, however many devices get it. */
    void hint(Hint hint) {
        String[] tails = new String[hint.payloads().size()];
        for (Hint.Target target : hint.targets()) {
            Session session = of(target.userId(), target.deviceId());
            if (session == null) {
                continue;
            }
            Hint.Payload payload = hint.payloads().get(target.payload());
            if (tails[target.payload()] == null) {
                tails[target.payload()] = Frames.tail(payload.json());
            }
            session.hint(new DeliveryId(target.generation(), target.entry()), tails[target.payload()], payload.flags());
        }
    }

    void notice(SessionNotice notice) {
        Session session = byId.get(notice.sessionId());
        if (session != null) {
            session.notice(notice.kind());
        }
    }

    void read(ReadMoved moved) {
        Map<DeviceId, Session> devices = byDevice.get(moved.userId());
        if (devices != null) {
            List.copyOf(devices.values()).forEach(session -> session.read(moved));
        }
    }

    /** At most one trim a device each time {@link #trim} is called. */
    void trimSoon(Session session) {
        untrimmed.add(session);
    }

    /** Ten times a second. */
    void trim() {
        if (untrimmed.isEmpty()) {
            return;
        }
        Set<Session> due = untrimmed;
        untrimmed = new LinkedHashSet<>();
        due.forEach(Session::trim);
    }

    /**
     * Once a second. Under a new generation of the inboxes every session beats soon, to learn whether its device lost
     * something, but not all of them at once.
     */
    void tick(long nowMs, long inboxGeneration, Timers timers) {
        if (inboxGeneration != generation) {
            generation = inboxGeneration;
            long spreadMs = Math.max(LEAST_SPREAD_MS, all.size() / BEATS_PER_MS);
            all.forEach(session -> session.beatBy(nowMs + timers.spread(spreadMs)));
        }
        List.copyOf(all).forEach(session -> session.tick(nowMs));
    }

    void closeAll(CloseCode code, String reason) {
        List.copyOf(all).forEach(session -> session.close(code, reason));
    }
}
