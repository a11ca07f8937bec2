package io.meridian.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.message.EventCodec;
import io.meridian.message.Ids;
import io.meridian.message.Json;
import io.meridian.message.MessageId;
import io.meridian.message.Outcome;
import io.meridian.message.UserId;
import java.util.Optional;

/** What a caller is told of a message it sent; the same over HTTP and the bus. */
public final class SendAnswer {
    private SendAnswer() {}

    /** {@code done} empty: {@code accepted}, else {@code sent}. */
    public static ObjectNode of(UserId sender, SendRequest request, Optional<Outcome.Done> done) {
        return done.map(known -> message(request, known.messageId())
                        .put("seq", known.seq())
                        .put("prevSeq", known.prevSeq())
                        .put("ordinal", known.ordinal())
                        .put("serverTimestamp", EventCodec.time(known.at()))
                        .put("status", "sent")
                        .put("duplicate", known.duplicate()))
                .orElseGet(
                        () -> message(request, Ids.message(request.conversationId(), sender, request.clientMessageId()))
                                .put("status", "accepted"));
    }

    private static ObjectNode message(SendRequest request, MessageId id) {
        return Json.MAPPER
                .createObjectNode()
                .put("conversationId", request.conversationId().value())
                .put("clientMessageId", request.clientMessageId().value())
                .put("messageId", id.value());
    }
}
