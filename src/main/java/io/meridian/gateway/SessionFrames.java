package io.meridian.gateway;

import io.meridian.bus.Addresses;
import io.meridian.bus.ReadResult;
import io.meridian.bus.ReadUpTo;
import io.meridian.delivery.DeliveryId;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.regex.Pattern;

/** What a session does with the frames behind its hello. */
final class SessionFrames {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    /** A client that has more sends without an outcome than this is told to wait: at 50 messages/s that are 20 s. */
    private static final int MAX_IN_FLIGHT = 1_000;
    /** Reads only ever move one cursor a conversation; nobody reads faster. */
    private static final int MAX_READS = 100;
    /** Frames that wait for a look-up; above that the client's connection is left to fill up. */
    private static final int PAUSE_ABOVE = 256;

    private static final int RESUME_BELOW = 64;
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final SessionServices services;
    private final Session session;
    private final Transport transport;
    private final Pipeline pipeline = new Pipeline();
    private int inFlight;
    private int reads;
    private boolean paused;
    private boolean pongOwed;

    SessionFrames(SessionServices services, Session session, Transport transport) {
        this.services = services;
        this.session = session;
        this.transport = transport;
    }

    /** What frames have to wait for. */
    void first(Future<Void> opening) {
        pipeline.add(() -> opening);
    }

    void handle(String eventType, Fields fields) {
        switch (eventType) {
            case "ping" -> pong();
            case "message_ack" -> acknowledge(fields);
            case "message_send" -> inOrder(fields, this::send);
            case "message_read" -> inOrder(fields, this::read);
            case "hello" ->
                inOrder(
                        fields,
                        (requestId, again) -> Future.failedFuture(
                                RefusedException.of(ErrorCode.CONFLICT, "hello was said on this connection already")));
            default ->
                inOrder(
                        fields,
                        (requestId, unknown) -> Future.failedFuture(
                                RefusedException.of(ErrorCode.UNKNOWN_EVENT_TYPE, "unknown eventType")));
        }
        // A client that does not read its answers, or asks faster than can be looked up, is not read either.
        boolean unread = transport.full() && !eventType.equals("ping");
        if (!paused && (unread || pipeline.size() > PAUSE_ABOVE)) {
            paused = true;
            transport.pause();
        }
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

    private interface Step {
        /** Done when the next frame may be taken. */
        Future<Void> take(String requestId, Fields fields);
    }

    private void inOrder(Fields fields, Step step) {
        pipeline.add(() -> {
            String requestId =
                    fields.optional("requestId", SessionFrames::requestId).orElse(null);
            return taken(requestId, fields, step)
                    .otherwise(failure -> refused(requestId, failure))
                    .map(done -> {
                        resume();
                        return null;
                    });
        });
    }

    private static Future<Void> taken(String requestId, Fields fields, Step step) {
        try {
            return step.take(requestId, fields);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void resume() {
        if (paused && pipeline.size() < RESUME_BELOW && !transport.full()) {
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

    private Future<Void> send(String requestId, Fields fields) {
        SendRequest request = SendRequest.read(fields, null);
        if (inFlight >= MAX_IN_FLIGHT) {
            throw RefusedException.retryable(
                    ErrorCode.OVERLOADED, MAX_IN_FLIGHT + " sends wait for their outcome already", RETRY_AFTER);
        }
        SessionIdentity sender = session.identity();
        Runnable accepted =
                () -> answer(Frames.messageAccepted(requestId, request.conversationId(), request.clientMessageId()));
        return services.sends()
                .send(sender.user(), sender.device(), request, accepted)
                .map(outcome -> {
                    inFlight++;
                    outcome.map(known -> sent(requestId, request, known))
                            .otherwise(failure -> refused(requestId, failure))
                            .onComplete(done -> inFlight--);
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

    private Future<Void> read(String requestId, Fields fields) {
        ConversationId conversation = fields.value("conversationId", ConversationId::new);
        long seq = fields.seq("seq");
        fields.check();
        if (reads >= MAX_READS) {
            throw RefusedException.retryable(ErrorCode.OVERLOADED, "too many reads at once", RETRY_AFTER);
        }
        reads++;
        services.bus()
                .ask(Addresses.READ_UP_TO, new ReadUpTo(session.identity().user(), conversation, seq), READ_TIMEOUT)
                .map(result -> answered(requestId, result))
                .otherwise(failure -> refused(requestId, failure))
                .onComplete(done -> reads--);
        return Future.succeededFuture();
    }

    private Void answered(String requestId, ReadResult result) {
        if (result.error() != null) {
            session.refuse(requestId, RefusedException.of(result.error(), result.detail()));
        }
        return null;
    }

    /** Needs no order: it only ever says "up to". */
    private void acknowledge(Fields fields) {
        String requestId =
                fields.optional("requestId", SessionFrames::requestId).orElse(null);
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

    private static String requestId(String text) {
        if (!REQUEST_ID.matcher(text).matches()) {
            throw new InvalidFieldException("requestId", "must match " + REQUEST_ID.pattern());
        }
        return text;
    }
}
