package io.meridian.gateway;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.ReadUpTo;
import io.meridian.conversation.CommandCalls;
import io.meridian.conversation.Facts;
import io.meridian.conversation.Fields;
import io.meridian.conversation.History;
import io.meridian.conversation.SendAnswer;
import io.meridian.conversation.SendRequest;
import io.meridian.conversation.Sends;
import io.meridian.conversation.Visibilities;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.MessageId;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import io.meridian.store.EventStore;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sending, reading back, and having read. */
final class MessageRoutes {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    /** A message has one, and one more for each crash between index and event. */
    private static final int MAX_INDEX_ENTRIES = 5;

    private final Sends sends;
    private final CommandCalls calls;
    private final Visibilities visibilities;
    private final EventStore events;
    private final History history;
    private final Bus bus;

    MessageRoutes(GatewayResources resources, Sends sends, CommandCalls calls, Facts facts) {
        this.sends = sends;
        this.calls = calls;
        this.visibilities = new Visibilities(facts, resources.conversations(), resources.events());
        this.events = resources.events();
        this.history = new History(resources.events());
        this.bus = resources.bus();
    }

    void mount(Api api) {
        api.route(HttpMethod.POST, "/api/messages", this::send);
        api.pages(HttpMethod.GET, "/api/conversations/:id/messages", Api.BODY_LIMIT, this::page);
        api.route(HttpMethod.POST, "/api/conversations/:id/read", this::read);
    }

    private Future<Answer> send(Call call) {
        ClientMessageId id = calls.clientMessageId(call.clientMessageId());
        SendRequest request = SendRequest.read(call.body(), id);
        return sends.send(call.user(), request)
                .map(done -> Answer.json(status(done), SendAnswer.of(call.user(), request, done)));
    }

    private static int status(Optional<Outcome.Done> done) {
        return done.map(known -> known.duplicate() ? 200 : 201).orElse(202);
    }

    private Future<Answer> page(Call call) {
        int limit = call.limit();
        Cursors.Position position = position(call);
        ConversationId conversation = call.conversation();
        return visibilities
                .readable(conversation, call.user())
                .compose(visible -> position.before()
                        ? history.before(conversation, visible, position.seq(), limit)
                        : history.after(conversation, visible, position.seq(), limit))
                .map(page -> shown(page, position.before()));
    }

    private static Cursors.Position position(Call call) {
        var before = call.number("before");
        var after = call.number("after");
        var cursor = call.query("cursor").map(Cursors::position);
        if ((before.isPresent() ? 1 : 0) + (after.isPresent() ? 1 : 0) + (cursor.isPresent() ? 1 : 0) > 1) {
            throw RefusedException.invalid("cursor", "goes without before and after, and these without each other");
        }
        return cursor.or(() -> after.map(seq -> new Cursors.Position(false, Math.min(seq, Seq.MAX))))
                .orElseGet(() -> new Cursors.Position(true, Math.min(before.orElse(Seq.MAX), Seq.MAX)));
    }

    /** A page that would be empty for a missing event is an engine's failure, not the end. */
    static Answer shown(History.Page page, boolean before) {
        List<StoredEvent> found = page.events();
        if (found.isEmpty() && page.broken()) {
            throw Problem.unavailable();
        }
        String next = !page.more()
                ? null
                : Cursors.of(new Cursors.Position(
                        before,
                        before
                                ? found.get(0).seq()
                                : found.get(found.size() - 1).seq()));
        return Answer.ok(Shown.list(Shown.events(found), next));
    }

    private Future<Answer> read(Call call) {
        Fields body = call.body();
        ConversationId conversation = call.conversation();
        if (body.has("seq")) {
            long seq = body.seq("seq");
            body.check();
            return read(call.user(), conversation, seq);
        }
        if (!body.has("lastReadMessageId")) {
            throw RefusedException.invalid("seq", "or lastReadMessageId is required");
        }
        MessageId message = body.value("lastReadMessageId", MessageId::new);
        body.check();
        return visibilities
                .readable(conversation, call.user())
                .compose(visible -> locate(conversation, message, Seq.MAX, MAX_INDEX_ENTRIES)
                        .map(found -> found.filter(visible::sees)
                                .orElseThrow(() -> RefusedException.invalid(
                                        "lastReadMessageId", "is no message of this conversation"))))
                .compose(seq -> read(call.user(), conversation, seq));
    }

    /** Where the message is. The index may also name places where a crash kept it from being. */
    private Future<Optional<Long>> locate(ConversationId conversation, MessageId message, long atOrBelow, int tries) {
        return events.find(conversation, message, atOrBelow).compose(entry -> {
            if (entry.isEmpty() || tries == 0) {
                return Future.succeededFuture(Optional.<Long>empty());
            }
            long seq = entry.get().seq();
            return events.at(conversation, seq)
                    .compose(event -> event.filter(
                                    there -> there.event().header().commandId().equals(message))
                            .map(there -> Future.succeededFuture(Optional.of(seq)))
                            .orElseGet(() -> locate(conversation, message, seq - 1, tries - 1)));
        });
    }

    private Future<Answer> read(UserId user, ConversationId conversation, long seq) {
        return bus.ask(Addresses.READ_UP_TO, new ReadUpTo(user, conversation, seq), READ_TIMEOUT)
                .map(result -> {
                    if (result.error() == ErrorCode.INVALID) {
                        throw RefusedException.invalid("seq", result.detail());
                    }
                    if (result.error() != null) {
                        throw RefusedException.of(result.error(), result.detail());
                    }
                    return Answer.noContent();
                });
    }
}
