package io.meridian.gateway;

import io.meridian.auth.Principal;
import io.meridian.bus.HeadMoved;
import io.meridian.bus.ReadMoved;
import io.meridian.bus.SessionNotice;
import io.meridian.conversation.Fields;
import io.meridian.delivery.Connected;
import io.meridian.delivery.DeliveryId;
import io.meridian.delivery.DeviceLimitException;
import io.meridian.delivery.DeviceRemovedException;
import io.meridian.delivery.Heartbeat;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device's connection, whatever carries it.
 *
 * <p>Hello, then {@code ready} (the device is in the inbox' set, so nothing can pass it by), then what the inbox holds, then
 * {@code synced}, then live. It ends by its close, and only its holder's entry in the inbox goes with it.
 */
final class Session implements InboxFeed.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private enum State {
        /** Connected; has to say hello within 5 s. */
        AWAITING_HELLO,
        /** Said hello; is being authenticated and entered in the inbox. */
        OPENING,
        /** Told {@code ready}; is sent what the inbox holds. */
        BACKLOG,
        /** Told {@code synced}; is sent what comes. */
        LIVE,
        CLOSED
    }

    /** Devices that lost their inbox at once come back one after the other. */
    private static final long REBALANCE_SPREAD_MS = 1_000;

    private final SessionServices services;
    private final Transport transport;
    private final Notices notices;
    private final SessionFrames frames;
    private final SessionLimits limits;
    private State state = State.AWAITING_HELLO;
    private Principal principal;
    private SessionIdentity identity;
    private InboxFeed feed;
    /** Of its incompleteness, as the device was told; "" if it was told that its inbox is whole. */
    private String toldToken = "";
    /** As the inbox says; what it goes by when Redis has forgotten who holds the device. */
    private long holdsSinceMs;

    private final Liveness liveness;
    private boolean beating;
    private boolean leaving;
    private long nextBeatMs;

    /** {@code upgradeOrNull}: who the connection was authenticated for, if it was. */
    Session(SessionServices services, Transport transport, Principal upgradeOrNull) {
        this.services = services;
        this.transport = transport;
        this.principal = upgradeOrNull;
        this.notices = new Notices(transport);
        this.limits = services.protection().session();
        this.frames = new SessionFrames(services, this, transport, limits);
        this.liveness = new Liveness(services.settings(), services.clock().millis());
    }

    /** Null before it is known. */
    SessionIdentity identity() {
        return identity;
    }

    boolean closed() {
        return state == State.CLOSED;
    }

    /** A text frame. */
    void frame(byte[] json) {
        if (closed()) {
            return;
        }
        alive();
        Fields fields = Fields.parse(json).orElse(null);
        String eventType =
                fields == null ? null : fields.optionalText("eventType").orElse(null);
        if (eventType == null) {
            close(CloseCode.MALFORMED, "a frame is one JSON object with an eventType");
        } else if (state != State.AWAITING_HELLO) {
            // Of one who is told to leave: not answered, so asked again where it connects next; what it holds it may
            // still say.
            if (!leaving || eventType.equals("message_ack")) {
                frames.handle(eventType, fields, json.length);
            }
        } else if (eventType.equals("hello")) {
            hello(fields);
        } else {
            refuse(
                    SessionFrames.requestIdOrNull(fields),
                    RefusedException.of(ErrorCode.UNAUTHENTICATED, "the first frame has to be hello"));
            close(CloseCode.UNAUTHENTICATED, "hello has to come first");
        }
    }

    /** Any sign of life. */
    void alive() {
        liveness.heard(services.clock().millis());
    }

    private void hello(Fields fields) {
        Hello.Request request;
        try {
            request = Hello.Request.read(fields);
        } catch (RefusedException e) {
            refuse(SessionFrames.requestIdOrNull(fields), e);
            if (limits.frame().isPresent()) {
                close(CloseCode.FLOODED, "too many frames without a good hello");
            }
            return;
        }
        state = State.OPENING;
        // Frames behind the hello wait for it.
        String requestId = SessionFrames.requestIdOrNull(fields);
        frames.first(open(request, new Hello(services)).recover(failure -> notOpened(requestId, failure)));
    }

    private Future<Void> open(Hello.Request request, Hello hello) {
        Instant at = services.clock().instant();
        return hello.authenticate(request, principal)
                .compose(known -> {
                    principal = known;
                    limits.hello(known.userId());
                    identity = new SessionIdentity(
                            known.userId(),
                            request.device(),
                            known.issuedAt(),
                            services.gateway(),
                            services.ids().get());
                    services.sessions().announce(this);
                    return hello.known(identity.claim(), known);
                })
                .compose(known -> hello.connect(identity, at, this::closed)
                        .map(this::connected)
                        .compose(done -> hello.register(identity.claim(), known, request.platform())))
                .map(this::ready);
    }

    private Void connected(Connected connected) {
        toldToken = connected.token();
        holdsSinceMs = connected.sinceMs();
        if (closed()) {
            services.inbox().disconnect(identity.user(), identity.device(), identity.ref());
            throw RefusedException.of(ErrorCode.UNAVAILABLE, "the connection has gone");
        }
        feed = new InboxFeed(services.inbox(), identity, transport, services.timers(), this);
        services.sessions().bind(this);
        return null;
    }

    private Void ready(Void registered) {
        if (closed()) {
            return null;
        }
        GatewaySettings settings = services.settings();
        long beatMs = settings.heartbeat().toMillis();
        nextBeatMs = services.clock().millis() + services.timers().spread(beatMs);
        state = State.BACKLOG;
        transport.send(Frames.ready(
                identity,
                settings.region().value(),
                settings.node(),
                settings.heartbeat().toSeconds(),
                toldToken.isEmpty()));
        feed.start();
        return null;
    }

    private Future<Void> notOpened(String requestId, Throwable failure) {
        if (closed()) {
            return Future.succeededFuture();
        }
        RefusedException refused = Problem.refusal(failure);
        refuse(requestId, refused);
        if (failure instanceof DeviceLimitException) {
            close(CloseCode.POLICY, "too many devices");
        } else if (failure instanceof DeviceRemovedException) {
            notice(SessionNotice.Kind.REMOVED);
        } else if (refused.code() == ErrorCode.UNAUTHENTICATED) {
            close(CloseCode.UNAUTHENTICATED, "the token is not valid");
        } else if (refused.code() == ErrorCode.RATE_LIMITED) {
            close(CloseCode.FLOODED, "too many connections");
        } else {
            close(CloseCode.OVERLOADED, "no inbox now, try again");
        }
        return Future.succeededFuture();
    }

    @Override
    public void caughtUp() {
        if (state == State.BACKLOG) {
            state = State.LIVE;
            transport.send(Frames.SYNCED);
            services.readFanout().join(this);
        }
    }

    @Override
    public void membershipChanged() {
        if (state == State.LIVE) {
            services.readFanout().join(this);
        }
    }

    void hint(DeliveryId id, String tail, int flags) {
        if (feed != null && !closed()) {
            feed.hint(id, tail, flags);
        }
    }

    /** A conversation with fan-out on read moved on. */
    void behind(HeadMoved head) {
        if (state == State.LIVE) {
            offer("behind:" + head.conversationId(), Frames.behind(head));
        }
    }

    /** The user has read something, on whichever device. */
    void read(ReadMoved moved) {
        if (state == State.LIVE || state == State.BACKLOG) {
            offer("read:" + moved.conversationId(), Frames.read(moved));
        }
    }

    private void offer(String key, String frame) {
        if (!notices.offer(key, frame)) {
            close(CloseCode.OVERLOADED, "too much has changed that is not read");
        }
    }

    void notice(SessionNotice.Kind kind) {
        switch (kind) {
            case REPLACED -> close(CloseCode.REPLACED, "the same device connected elsewhere");
            case REMOVED -> close(CloseCode.UNAUTHENTICATED, "the device was removed");
            case INCOMPLETE -> rebalance();
        }
    }

    /** The socket takes more again. */
    void drained() {
        if (closed()) {
            return;
        }
        notices.drained();
        frames.drained();
        if (feed != null) {
            feed.drained();
        }
    }

    /** {@code upTo} of an acknowledgement. */
    void acknowledge(DeliveryId upTo) {
        if (feed != null && feed.acknowledge(upTo)) {
            services.sessions().trimSoon(this);
        }
    }

    void trim() {
        feed.trim();
    }

    void refuse(String requestId, RefusedException refused) {
        if (closed()) {
            return;
        }
        long nowMs = services.clock().millis();
        transport.send(Frames.error(requestId, limits.inTurn(refused, nowMs)));
        long holdMs = limits.hold(refused, nowMs);
        if (holdMs > 0) {
            frames.hold(holdMs);
        }
        if (limits.flooding(refused, principal == null ? null : principal.userId())) {
            LOG.info("a connection of {} goes on beyond its limits and is closed", identity);
            close(
                    CloseCode.FLOODED,
                    "too many frames, in spite of " + refused.code().code());
        }
    }

    /** Once a second. */
    void tick(long nowMs) {
        Optional<String> tooLate =
                liveness.over(state == State.AWAITING_HELLO, frames.paused(), transport.queue(), nowMs);
        if (tooLate.isPresent()) {
            close(CloseCode.TOO_LATE, tooLate.get());
        } else if (principal != null && nowMs >= principal.expiresAt().toEpochMilli()) {
            close(CloseCode.UNAUTHENTICATED, "the token has expired");
        } else if ((state == State.LIVE || state == State.BACKLOG) && nowMs >= nextBeatMs && !beating) {
            nextBeatMs = nowMs + services.settings().heartbeat().toMillis();
            beat();
        }
    }

    /** The next heartbeat comes no later than that. */
    void beatBy(long atMs) {
        nextBeatMs = Math.min(nextBeatMs, atMs);
    }

    private void beat() {
        beating = true;
        services.inbox()
                .heartbeat(
                        identity.claim(),
                        identity.ref(),
                        holdsSinceMs,
                        services.clock().instant())
                .map(this::beaten)
                .onFailure(failure -> {
                    if (failure instanceof DeviceRemovedException) {
                        notice(SessionNotice.Kind.REMOVED);
                    } else if (failure instanceof DeviceLimitException) {
                        // Redis was emptied, and others came first: no entry would ever reach it.
                        refuse(null, Problem.refusal(failure));
                        close(CloseCode.POLICY, "too many devices");
                    }
                    // Else Redis is out: the next heartbeat tells what this one would have told.
                })
                .onComplete(done -> beating = false);
    }

    private Void beaten(Heartbeat heartbeat) {
        if (closed()) {
            return null;
        }
        if (!heartbeat.holder()) {
            close(CloseCode.REPLACED, "the same device connected elsewhere");
        } else if (!heartbeat.token().isEmpty() && !heartbeat.token().equals(toldToken)) {
            // Something was lost since the device was told; a sync that ended meanwhile, here or elsewhere, lacks it.
            rebalance();
        } else {
            heartbeat.last().ifPresent(feed::heard);
            feed.trim();
        }
        return null;
    }

    /** The device's inbox is not whole any more: only a new connection can tell it so. */
    private void rebalance() {
        transport.send(Frames.reconnect("rebalancing", services.timers().spread(REBALANCE_SPREAD_MS)));
        close(CloseCode.RECONNECT, "the inbox is to be completed by a sync");
    }

    /** The node stops: the client is to connect again, and what it has asked for so far is answered. */
    void leave(long afterMs) {
        leaving = true;
        transport.send(Frames.reconnect("draining", afterMs));
    }

    /** Nothing that the client asked for waits for its answer. */
    boolean idle() {
        return frames.idle();
    }

    void close(CloseCode code, String reason) {
        if (!closed()) {
            gone();
            transport.close(code, reason);
        }
    }

    SessionGauge gauge() {
        WriteQueue queue = transport.queue();
        Unanswered unanswered = frames.unanswered();
        return new SessionGauge(
                identity,
                queue.waiting(),
                queue.most(),
                notices.bytes(),
                unanswered.frames(),
                unanswered.mostFrames(),
                unanswered.mostBytes());
    }

    /** The connection is no more. */
    void gone() {
        if (closed()) {
            return;
        }
        state = State.CLOSED;
        frames.clear();
        services.sessions().remove(this);
        services.readFanout().leave(this);
        if (feed != null) {
            feed.end();
            feed.trim()
                    .compose(done -> services.inbox().disconnect(identity.user(), identity.device(), identity.ref()));
        }
    }
}
