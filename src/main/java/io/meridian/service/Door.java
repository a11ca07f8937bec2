package io.meridian.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.async.Deadline;
import io.meridian.bus.OpenQuestion;
import io.meridian.conversation.Fields;
import io.meridian.conversation.Refusals;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ErrorCode;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every request comes through: it is bounded in size and number, read as JSON, and authenticated; and whatever becomes of
 * it, its sender gets an answer.
 */
final class Door {
    /** As a call of the HTTP API. */
    static final int BODY_BYTES = 64 * 1024;
    /** A creation names up to 500 members. */
    static final int LARGE_BODY_BYTES = 256 * 1024;

    /** Bodies wait as JSON of several kinds, some five times their size; 16 MiB of them fit the smallest heap. */
    private static final long MAX_BYTES = 16L << 20;
    /** A page of history may be 100 events of 62 KiB before it is cut: 16 of them are 100 MiB at worst. */
    private static final int MAX_READS = 16;
    /** Longer than a command waits for its outcome (10 s), shorter than the bus lets its sender wait (30 s). */
    private static final long PATIENCE_MS = 15_000;

    private static final RefusedException OVERLOADED = RefusedException.retryable(
            ErrorCode.OVERLOADED, "too many requests are being worked on", Duration.ofSeconds(1));

    private final Function<String, Future<UserId>> accounts;
    private final Supplier<String> ids;
    private final InFlight commands;
    private final InFlight reads = new InFlight(MAX_READS, MAX_BYTES);

    /** What is behind it. Fails with what the request is refused for. */
    interface Endpoint {
        Future<ObjectNode> answer(Request request);
    }

    /**
     * @param accounts whom an access token, or null, speaks for; fails where it does for nobody
     * @param ids for commands that come without one
     */
    Door(Function<String, Future<UserId>> accounts, Supplier<String> ids, int maxInFlight) {
        this.accounts = accounts;
        this.ids = ids;
        this.commands = new InFlight(maxInFlight, MAX_BYTES);
    }

    /** The answer never fails. */
    Function<OpenQuestion, Future<byte[]>> command(int maxBytes, Endpoint endpoint) {
        return question -> through(question, commands, maxBytes, endpoint);
    }

    Function<OpenQuestion, Future<byte[]>> read(Endpoint endpoint) {
        return question -> through(question, reads, BODY_BYTES, endpoint);
    }

    int waiting() {
        return commands.requests() + reads.requests();
    }

    private Future<byte[]> through(OpenQuestion question, InFlight inFlight, int maxBytes, Endpoint endpoint) {
        // Before the body is decoded: what is shed must not cost what it is long.
        if (!inFlight.hasRoom(0)) {
            return refused(OVERLOADED, null);
        }
        byte[] json = question.body().get();
        Fields body;
        try {
            body = fields(json, maxBytes);
        } catch (RefusedException refused) {
            return refused(refused, null);
        }
        ClientMessageId id =
                body.optional("clientMessageId", ClientMessageId::new).orElseGet(() -> new ClientMessageId(ids.get()));
        if (!inFlight.hasRoom(json.length)) {
            return refused(OVERLOADED, id);
        }
        inFlight.enter(json.length);
        String token = question.token() != null
                ? question.token()
                : body.optionalText("token").orElse(null);
        // Begun with a future that is there: what is thrown from here on is its failure.
        Future<ObjectNode> answer = Future.succeededFuture(token)
                .compose(accounts)
                .compose(account -> endpoint.answer(new Request(account, id, body)));
        return Deadline.within(PATIENCE_MS, answer)
                .map(Json::bytes)
                .recover(failure -> refused(Refusals.of(failure), id))
                .onComplete(done -> inFlight.leave(json.length));
    }

    private static Future<byte[]> refused(RefusedException refused, ClientMessageId idOrNull) {
        return Future.succeededFuture(Json.bytes(ServiceReply.refused(refused, idOrNull)));
    }

    private static Fields fields(byte[] json, int maxBytes) {
        if (json == null) {
            throw RefusedException.invalid("body", "must be a JSON object");
        }
        if (json.length > maxBytes) {
            throw RefusedException.of(ErrorCode.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
        }
        return Fields.parse(json)
                .orElseThrow(() -> RefusedException.invalid("body", "is nested too deep, or holds what is no JSON"));
    }
}
