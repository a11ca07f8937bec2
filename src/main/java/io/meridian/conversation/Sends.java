package io.meridian.conversation;

import io.meridian.async.Deadline;
import io.meridian.message.DeviceId;
import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;

/**
 * Messages on their way into the log: the one way for frames, calls and the bus. What is to hold for every send is asked in
 * {@link #send(UserId, DeviceId, SendRequest, Runnable)}.
 */
public final class Sends {
    /** A send that is not even durable by then is told so. */
    private static final long PATIENCE_MS = 10_000;

    private final Submissions submissions;

    public Sends(Submissions submissions) {
        this.submissions = submissions;
    }

    /**
     * Checks limits and the conversation, and appends.
     *
     * @param originOrNull the device to be answered in place of an inbox entry
     * @return done when the append has been called, with the outcome to come; fails when it is refused before
     */
    public Future<Future<Outcome>> send(UserId sender, DeviceId originOrNull, SendRequest request, Runnable accepted) {
        return submissions
                .admitted(request.conversationId(), sender)
                .map(fact -> submissions.submit(
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

    /**
     * The same for a caller who waits for one answer, and is no device: all of the sender's devices get the event.
     *
     * @return empty when the message is durable but not sequenced within 2 s; fails with what it is refused for, or with
     *     {@code unavailable} when nothing is known of it
     */
    public Future<Optional<Outcome.Done>> send(UserId sender, SendRequest request) {
        Promise<Optional<Outcome.Done>> answer = Promise.promise();
        send(sender, null, request, () -> answer.tryComplete(Optional.empty()))
                .compose(outcome -> outcome)
                .map(CommandCalls::done)
                .onSuccess(done -> answer.tryComplete(Optional.of(done)))
                .onFailure(answer::tryFail);
        return Deadline.within(PATIENCE_MS, answer.future());
    }
}
