package io.meridian.conversation;

import io.meridian.async.Deadline;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** Commands of callers who are answered only when they are done. */
public final class CommandCalls {
    /** A creation with all its members; the others are far below. */
    private static final int BYTES = 64 * 1024;
    /** With the same clientMessageId the caller may ask again; then the outcome is there or the command is done once. */
    private static final long PATIENCE_MS = 10_000;

    private final Submissions submissions;
    private final Supplier<String> ids;

    public CommandCalls(Submissions submissions, Supplier<String> ids) {
        this.submissions = submissions;
        this.ids = ids;
    }

    /** The caller's, or one of our own: a command always has one. */
    public ClientMessageId clientMessageId(Optional<ClientMessageId> given) {
        return given.orElseGet(() -> new ClientMessageId(ids.get()));
    }

    /** A change to a conversation that exists. */
    public Future<Outcome.Done> change(ConversationId conversation, UserId actor, ClientMessageId id, Action action) {
        return admitted(conversation, actor).compose(fact -> change(conversation, fact, actor, id, action));
    }

    /** Whether the actor may ask for a change at all; before anything is read that the change needs. */
    Future<Facts.Fact> admitted(ConversationId conversation, UserId actor) {
        return submissions.admitted(conversation, actor);
    }

    /** Of one who is {@link #admitted}. */
    Future<Outcome.Done> change(
            ConversationId conversation, Facts.Fact fact, UserId actor, ClientMessageId id, Action action) {
        return submissions
                .checked(conversation, fact, action)
                .compose(good -> submit(conversation, fact.home(), actor, id, action));
    }

    /** Fails with what the fold refuses it for, or with {@code unavailable} when it says nothing in time. */
    public Future<Outcome.Done> make(
            ConversationId conversation, RegionId home, UserId actor, ClientMessageId id, Action action) {
        return submissions.admitted(actor).compose(in -> submit(conversation, home, actor, id, action));
    }

    private Future<Outcome.Done> submit(
            ConversationId conversation, RegionId home, UserId actor, ClientMessageId id, Action action) {
        return Deadline.within(
                        PATIENCE_MS,
                        submissions.submit(
                                new Commands.Draft(conversation, home, actor, id, null, BYTES, action), () -> {}))
                .map(CommandCalls::done);
    }

    public static Outcome.Done done(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            throw RefusedException.of(rejected.code(), rejected.detail());
        }
        return (Outcome.Done) outcome;
    }
}
