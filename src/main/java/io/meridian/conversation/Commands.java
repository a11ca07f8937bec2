package io.meridian.conversation;

import io.meridian.bus.Replies;
import io.meridian.log.CommandLog;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.Command;
import io.meridian.message.ConversationId;
import io.meridian.message.DeviceId;
import io.meridian.message.ErrorCode;
import io.meridian.message.FoldLimits;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.RegionId;
import io.meridian.message.ReplyTo;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that a verticle appended and that have no outcome yet. An outcome comes by the bus and may get lost: then
 * the command is appended again, and the fold answers again.
 */
public final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    /** 30 s at the 3,000 messages/s that a node is built for. */
    private static final int MAX_PENDING = 100_000;
    /** Commands are kept to be appended again; 64 MiB of them fit the smallest heap a node runs with. */
    private static final long MAX_PENDING_BYTES = 64L * 1024 * 1024;
    /** One minute with 10 s between; after that the client's own repetition goes on. */
    private static final int MAX_APPENDS = 6;
    /** Numbers of a gateway that was restarted under its name must not meet replies to its predecessor. */
    private static final long NUMBERS_PER_MS = 1_000_000;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String replyAddressee;
    private final Function<Command, Future<Void>> log;
    private final InstantSource clock;
    private final FoldLimits limits;
    private final long acceptedAfterMs;
    private final long reappendAfterMs;
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private long pendingBytes;
    /** Given up, but still with the log's client, which holds them until it can write or time is up. */
    private int unwritten;

    private long unwrittenBytes;
    private long number;

    private static final class Pending {
        final long number;
        final Command command;
        final int bytes;
        final Runnable accepted;
        final long submittedMs;
        final Promise<Outcome> outcome = Promise.promise();
        long appendedMs;
        int appends;
        int appending;
        boolean durable;
        boolean told;
        boolean givenUp;

        Pending(long number, Command command, int bytes, Runnable accepted, long nowMs) {
            this.number = number;
            this.command = command;
            this.bytes = bytes;
            this.accepted = accepted;
            this.submittedMs = nowMs;
        }
    }

    /** @param replyAddressee whose replies are handed to {@link #replies}: {@code <node>/<what>} */
    public Commands(String replyAddressee, CommandLog log, InstantSource clock, CommandSettings settings) {
        this(replyAddressee, log::append, clock, settings);
    }

    Commands(
            String replyAddressee, Function<Command, Future<Void>> log, InstantSource clock, CommandSettings settings) {
        this.replyAddressee = replyAddressee;
        this.log = log;
        this.clock = clock;
        this.limits = settings.foldLimits();
        this.acceptedAfterMs = settings.acceptedAfter().toMillis();
        this.reappendAfterMs = settings.reappendAfter().toMillis();
        this.number = clock.millis() * NUMBERS_PER_MS;
    }

    /**
     * A command to be.
     *
     * @param originDevice see {@link Command}, or null
     * @param bytes about what it takes of the heap
     */
    public record Draft(
            ConversationId conversationId,
            RegionId home,
            UserId actor,
            ClientMessageId clientMessageId,
            DeviceId originDevice,
            int bytes,
            Action action) {}

    /**
     * Appends the command before it returns, so that the order of calls is the order in the log.
     *
     * @param accepted called once, if the command is durable but has no outcome within 2 s
     * @return the outcome; fails with {@code overloaded}, or with {@code unavailable} when nothing is known of it
     */
    public Future<Outcome> submit(Draft draft, Runnable accepted) {
        if (pending.size() + unwritten >= MAX_PENDING
                || pendingBytes + unwrittenBytes + draft.bytes() > MAX_PENDING_BYTES) {
            return Future.failedFuture(RefusedException.retryable(
                    ErrorCode.OVERLOADED, "too many commands wait for their outcome", RETRY_AFTER));
        }
        number++;
        Command command = new Command(
                Command.RULES,
                draft.conversationId(),
                draft.home(),
                draft.actor(),
                draft.clientMessageId(),
                draft.originDevice(),
                new ReplyTo(replyAddressee, number),
                limits,
                draft.action());
        Pending entry = new Pending(number, command, draft.bytes(), accepted, clock.millis());
        pending.put(number, entry);
        pendingBytes += entry.bytes;
        append(entry);
        return entry.outcome.future();
    }

    public void replies(Replies replies) {
        for (Replies.Reply reply : replies.replies()) {
            Pending entry = remove(reply.request());
            if (entry != null) {
                entry.outcome.complete(reply.outcome());
            }
        }
    }

    /** To be called several times a second. */
    public void tick() {
        long now = clock.millis();
        List<Pending> late = new ArrayList<>();
        for (Pending entry : pending.values()) {
            if (now - entry.submittedMs < acceptedAfterMs) {
                break;
            }
            late.add(entry);
        }
        late.forEach(entry -> remind(entry, now));
    }

    public int size() {
        return pending.size();
    }

    private void remind(Pending entry, long now) {
        if (!entry.durable) {
            // the log's client may wait for a broker for longer, one command after the other; nothing was promised
            if (now - entry.submittedMs >= reappendAfterMs) {
                fail(entry);
            }
            return;
        }
        if (!entry.told) {
            entry.told = true;
            entry.accepted.run();
        }
        if (now - entry.appendedMs < reappendAfterMs) {
            return;
        }
        if (entry.appends < MAX_APPENDS) {
            append(entry);
        } else {
            fail(entry);
        }
    }

    private void append(Pending entry) {
        entry.appends++;
        entry.appendedMs = clock.millis();
        entry.appending++;
        log.apply(entry.command).onComplete(result -> {
            entry.appending--;
            if (result.succeeded()) {
                entry.durable = true;
            } else {
                LOG.debug("A command cannot be appended: {}", result.cause().toString());
                if (!entry.durable) {
                    fail(entry);
                }
            }
            if (entry.givenUp && entry.appending == 0) {
                unwritten--;
                unwrittenBytes -= entry.bytes;
            }
        });
    }

    private void fail(Pending entry) {
        if (remove(entry.number) != null) {
            if (entry.appending > 0) {
                entry.givenUp = true;
                unwritten++;
                unwrittenBytes += entry.bytes;
            }
            entry.outcome.fail(Refusals.unavailable());
        }
    }

    private Pending remove(long request) {
        Pending entry = pending.remove(request);
        if (entry != null) {
            pendingBytes -= entry.bytes;
        }
        return entry;
    }
}
