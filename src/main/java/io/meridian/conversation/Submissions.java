package io.meridian.conversation;

import io.meridian.message.Action;
import io.meridian.message.ConversationId;
import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import io.vertx.core.Future;

/** The way of every change into the log, whoever asks for it: limits, admission, the append, and the outcome as its actor may hear it. */
public final class Submissions {
    private final Commands commands;
    private final Facts facts;
    private final SendLimits limits;

    public Submissions(Commands commands, Facts facts, SendLimits limits) {
        this.commands = commands;
        this.facts = facts;
        this.limits = limits;
    }

    /** For what makes a conversation: fails with {@code rate_limited}. */
    Future<Void> admitted(UserId actor) {
        return limits.user(actor);
    }

    /** For what changes one: fails when it is refused before the log. */
    Future<Facts.Fact> admitted(ConversationId conversation, UserId actor) {
        return limits.user(actor).compose(in -> facts.admit(conversation, actor));
    }

    /** What the fold cannot check: fails with what the change is refused for. Messages are all the fold's. */
    Future<Void> checked(ConversationId conversation, Facts.Fact fact, Action action) {
        return action instanceof Action.ChangeRole change
                ? facts.inChannel(conversation, fact, change.user())
                : Future.succeededFuture();
    }

    /** What was admitted; appends before it returns, or throws {@code rate_limited}. As {@link Commands#submit}. */
    Future<Outcome> submit(Commands.Draft draft, Runnable accepted) {
        limits.change(draft);
        return commands.submit(draft, accepted)
                .onSuccess(outcome -> limits.outcome(draft, outcome))
                .compose(outcome -> facts.veiled(draft.conversationId(), draft.actor(), outcome));
    }
}
