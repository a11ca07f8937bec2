package io.meridian.gateway;

import io.meridian.message.DeviceId;
import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import io.vertx.core.Future;

/** Messages on their way into the log; the same for frames and calls. */
final class Sends {
    private final Facts facts;
    private final Commands commands;

    Sends(Facts facts, Commands commands) {
        this.facts = facts;
        this.commands = commands;
    }

    /**
     * Checks the conversation and appends.
     *
     * @param originOrNull the device to be answered in place of an inbox entry
     * @return done when the append has been called, with the outcome to come; fails when it is refused before
     */
    Future<Future<Outcome>> send(UserId sender, DeviceId originOrNull, SendRequest request, Runnable accepted) {
        return facts.admit(request.conversationId(), sender)
                .map(fact -> commands.submit(
                        new Commands.Draft(
                                request.conversationId(),
                                fact.home(),
                                sender,
                                request.clientMessageId(),
                                originOrNull,
                                request.bytes(),
                                request.message()),
                        accepted));
    }
}
