package io.meridian.gateway;

import io.meridian.async.Deadline;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Commands of HTTP calls that are answered only when they are done. */
final class CommandCalls {
    /** A creation with all its members; the others are far below. */
    private static final int BYTES = 64 * 1024;
    /** With the same clientMessageId the caller may ask again; then the outcome is there or the command is done once. */
    private static final long PATIENCE_MS = 10_000;

    private final Commands commands;
    private final Facts facts;
    private final Supplier<String> ids;

    CommandCalls(Commands commands, Facts facts, Supplier<String> ids) {
        this.commands = commands;
        this.facts = facts;
        this.ids = ids;
    }

    /** The caller's, or one of our own: a command always has one. */
    ClientMessageId clientMessageId(Call call) {
        return call.clientMessageId().orElseGet(() -> new ClientMessageId(ids.get()));
    }

    /** A change to a conversation that exists. */
    Future<Outcome.Done> change(ConversationId conversation, UserId actor, ClientMessageId id, Action action) {
        return facts.admit(conversation, actor).compose(fact -> make(conversation, fact.home(), actor, id, action));
    }

    /** Fails with what the fold refuses it for, or with {@code unavailable} when it says nothing in time. */
    Future<Outcome.Done> make(
            ConversationId conversation, RegionId home, UserId actor, ClientMessageId id, Action action) {
        return Deadline.within(
                        PATIENCE_MS,
                        commands.submit(
                                new Commands.Draft(conversation, home, actor, id, null, BYTES, action), () -> {}))
                .map(CommandCalls::done);
    }

    static Outcome.Done done(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            throw RefusedException.of(rejected.code(), rejected.detail());
        }
        return (Outcome.Done) outcome;
    }
}
