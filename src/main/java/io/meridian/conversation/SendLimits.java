package io.meridian.conversation;

import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import io.vertx.core.Future;

/** How fast users and conversations may change anything; asked before the log, a repetition like any other. */
public interface SendLimits {
    /**
     * Fails with {@code rate_limited}. Asked first, so that one who may not write so fast takes nothing from the others of a
     * conversation.
     */
    Future<Void> user(UserId sender);

    /** Of what is admitted otherwise. Throws {@code rate_limited}, and has taken nothing then. */
    void change(Commands.Draft change);

    /**
     * What was refused by the fold was no message: strangers must not use up what the members have. And what was there before
     * is no new membership of anybody.
     */
    void outcome(Commands.Draft change, Outcome outcome);
}
