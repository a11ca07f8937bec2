package io.meridian.gateway;

import io.meridian.bus.Addresses;
import io.meridian.bus.ReadResult;
import io.meridian.bus.ReadUpTo;
import io.meridian.conversation.Fields;
import io.meridian.conversation.SendRequest;
import io.meridian.delivery.DeliveryId;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a session does with the frames behind its hello. */
final class SessionFrames {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    /** A client that has more sends without an outcome than this is told to wait: at 50 messages/s that are 20 s. */
    private static final int MAX_IN_FLIGHT = 1_000;
    /** Reads asked about at once; the next frame waits for one of them. */
    private static final int MAX_READS = 100;

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final SessionServices services;
    private final Session session;
    private final Transport transport;
    private final SessionLimits limits;
    private final Pipeline pipeline = new Pipeline();
    private final Unanswered unanswered = new Unanswered();
    private int inFlight;
    private int reads;
    private boolean paused;
    private boolean held;
    private boolean pongOwed;

    SessionFrames(SessionServices services, Session session, Transport transport, SessionLimits limits) {
        this.services = services;
        this.session = session;
        this.transport = transport;
        this.limits = limits;
    }

    /** What frames have to wait for. */
    void first(Future<Void> opening) {
        pipeline.add(() -> opening);
    }

    /** {@code bytes}: the frame's size. */
    void handle(String eventType, Fields fields, int bytes) {
        Optional<RefusedException> over = limits.frame();
        if (over.isPresent()) {
            session.refuse(requestIdOrNull(fields), over.get());
        } else {
            dispatch(eventType, fields, bytes);
        }
        // A client that does not read its answers, or asks faster than it can be answered, is not read either.
        boolean unread = transport.full() && !eventType.equals("ping");
        if (unread || unanswered.tooMany()) {
            pause();
        }
    }

    /** Not read for so long, whatever else would let it; one hold at a time. */
    void hold(long holdMs) {
        held = true;
        pause();
        services.timers().after(holdMs, () -> {
            held = false;
            resume();
        });
    }

    private void pause() {
        if (!paused) {
            paused = true;
            transport.pause();
        }
    }

    private void dispatch(String eventType, Fields fields, int bytes) {
        switch (eventType) {
            case "ping" -> pong();
            case "message_ack" -> acknowledge(fields);
            case "message_send" -> inOrder(fields, bytes, this::send);
            case "message_read" -> inOrder(fields, bytes, this::read);
            case "hello" ->
                inOrder(
                        fields,
                        bytes,
                        (requestId, again, asked) -> Future.failedFuture(
                                RefusedException.of(ErrorCode.CONFLICT, "hello was said on this connection already")));
            default ->
                inOrder(
                        fields,
                        bytes,
                        (requestId, unknown, asked) -> Future.failedFuture(
                                RefusedException.of(ErrorCode.UNKNOWN_EVENT_TYPE, "unknown eventType")));
        }
    }

    /** Nothing waits for an answer. */
    boolean idle() {
        // not by what is unanswered: a send that was only accepted is still worth its outcome
        return inFlight == 0 && reads == 0 && pipeline.idle();
    }

    void drained() {
        if (pongOwed) {
            pongOwed = false;
            transport.send(Frames.PONG);
        }
        resume();
    }

    void clear() {
        pipeline.clear();
    }

    /** Whether the connection is not read now. */
    boolean paused() {
        return paused;
    }

    Unanswered unanswered() {
        return unanswered;
    }

    private interface Step {
        /** Done when the next frame may be taken; fails when this one is refused. {@code asked} is answered by then, or later. */
        Future<Void> take(String requestId, Fields fields, Asked asked);
    }

    /** A frame to be answered, which counts until it is. */
    private final class Asked {
        private final int bytes;
        private boolean answered;

        Asked(int bytes) {
            this.bytes = bytes;
            unanswered.taken(bytes);
        }

        void answered() {
            if (!answered) {
                answered = true;
                unanswered.answered(bytes);
                resume();
            }
        }
    }

    private void inOrder(Fields fields, int bytes, Step step) {
        Asked asked = new Asked(bytes);
        pipeline.add(() -> {
            String requestId = requestIdOrNull(fields);
            return taken(requestId, fields, asked, step).otherwise(failure -> {
                refused(requestId, failure);
                asked.answered();
                return null;
            });
        });
    }

    private static Future<Void> taken(String requestId, Fields fields, Asked asked, Step step) {
        try {
            return step.take(requestId, fields, asked);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void resume() {
        if (paused && !held && unanswered.few() && !transport.full()) {
            paused = false;
            transport.resume();
        }
    }

    /** Owed once, however many were asked for while the socket took no more. */
    private void pong() {
        if (transport.full()) {
            pongOwed = true;
        } else {
            transport.send(Frames.PONG);
        }
    }

    private Future<Void> send(String requestId, Fields fields, Asked asked) {
        SendRequest request = SendRequest.read(fields, null);
        if (inFlight >= MAX_IN_FLIGHT) {
            throw RefusedException.retryable(
                    ErrorCode.OVERLOADED, MAX_IN_FLIGHT + " sends wait for their outcome already", RETRY_AFTER);
        }
        SessionIdentity sender = session.identity();
        // That is an answer, too: what goes on behind it may take a minute, and the client is not to be left unread so
        // long.
        Runnable accepted = () -> {
            answer(Frames.messageAccepted(requestId, request.conversationId(), request.clientMessageId()));
            asked.answered();
        };
        return services.sends()
                .send(sender.user(), sender.device(), request, accepted)
                .map(outcome -> {
                    inFlight++;
                    outcome.map(known -> sent(requestId, request, known))
                            .otherwise(failure -> refused(requestId, failure))
                            .onComplete(done -> {
                                inFlight--;
                                asked.answered();
                            });
                    return null;
                });
    }

    private Void sent(String requestId, SendRequest request, Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            answer(Frames.messageSent(requestId, request.clientMessageId(), done));
        } else if (outcome instanceof Outcome.Rejected rejected) {
            session.refuse(requestId, RefusedException.of(rejected.code(), rejected.detail()));
        }
        return null;
    }

    private Future<Void> read(String requestId, Fields fields, Asked asked) {
        ConversationId conversation = fields.value("conversationId", ConversationId::new);
        long seq = fields.seq("seq");
        fields.check();
        reads++;
        Future<Void> read = services.bus()
                .ask(Addresses.READ_UP_TO, new ReadUpTo(session.identity().user(), conversation, seq), READ_TIMEOUT)
                .map(result -> answered(requestId, result))
                .otherwise(failure -> refused(requestId, failure))
                .onComplete(done -> {
                    reads--;
                    asked.answered();
                });
        return reads < MAX_READS ? Future.succeededFuture() : read;
    }

    private Void answered(String requestId, ReadResult result) {
        if (result.error() != null) {
            session.refuse(requestId, RefusedException.of(result.error(), result.detail()));
        }
        return null;
    }

    /** Needs no order: it only ever says "up to". */
    private void acknowledge(Fields fields) {
        String requestId = requestIdOrNull(fields);
        try {
            DeliveryId upTo = fields.value("upTo", SessionFrames::deliveryId);
            fields.check();
            session.acknowledge(upTo);
        } catch (RefusedException e) {
            session.refuse(requestId, e);
        }
    }

    private Void refused(String requestId, Throwable failure) {
        session.refuse(requestId, Problem.refusal(failure));
        return null;
    }

    private void answer(String frame) {
        if (!session.closed()) {
            transport.send(frame);
        }
    }

    private static DeliveryId deliveryId(String text) {
        try {
            return DeliveryId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException("upTo", "is no deliveryId");
        }
    }

    static String requestIdOrNull(Fields fields) {
        return fields.optional("requestId", SessionFrames::requestId).orElse(null);
    }

    private static String requestId(String text) {
        if (!REQUEST_ID.matcher(text).matches()) {
            throw new InvalidFieldException("requestId", "must match " + REQUEST_ID.pattern());
        }
        return text;
    }
}
