package io.meridian.sequencer;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.Replies;
import io.meridian.message.ErrorCode;
import io.meridian.message.Event;
import io.meridian.message.Outcome;
import io.meridian.message.ReplyTo;
import io.meridian.message.StoredEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells gateways what became of their commands, one bus message a gateway and batch. A lost one is asked for again. */
final class OutcomeSender {
    private final Bus bus;
    private final Map<String, List<Replies.Reply>> byGateway = new LinkedHashMap<>();

    OutcomeSender(Bus bus) {
        this.bus = bus;
    }

    OutcomeSender add(Input input, Outcome outcome) {
        ReplyTo replyTo = input.command().replyTo();
        if (replyTo != null) {
            byGateway
                    .computeIfAbsent(replyTo.gateway(), gateway -> new ArrayList<>())
                    .add(new Replies.Reply(replyTo.request(), outcome));
        }
        return this;
    }

    void send() {
        byGateway.forEach((gateway, replies) -> bus.send(Addresses.replies(gateway), new Replies(replies)));
        byGateway.clear();
    }

    static Outcome done(Input input, StoredEvent last, boolean duplicate) {
        Event.Header header = last.event().header();
        return new Outcome.Done(
                header.conversationId(),
                input.id(),
                header.seq(),
                header.prevSeq(),
                header.ordinal(),
                header.at().toEpochMilli(),
                duplicate);
    }

    /** Nothing had to change: the conversation is where it was. */
    static Outcome alreadySo(Input input, ConversationState state) {
        return new Outcome.Done(
                input.command().conversationId(),
                input.id(),
                state.lastSeq(),
                0,
                state.lastOrdinal(),
                input.atMs(),
                true);
    }

    static Outcome unavailable() {
        return new Outcome.Rejected(
                ErrorCode.UNAVAILABLE,
                "what became of this is not known here: try again with the same clientMessageId");
    }
}
