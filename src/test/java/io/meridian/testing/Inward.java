package io.meridian.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Observation.SendKey;
import io.meridian.testing.Observation.Source;
import java.util.List;
import java.util.Optional;

/** What a client does with each frame of the server. Called under the client's lock. */
final class Inward {
    /** Said to others than the device itself, and of no interest to what it holds. */
    private static final List<String> IGNORED =
            List.of("pong", "receipt_updated", "typing_started", "typing_stopped", "presence_changed");

    /** A frame of this client is never malformed; a read, which has no requestId, may meet an outage or a removal. */
    private static final List<String> OWN_FAULT = List.of("invalid", "unknown_event_type", "internal", "too_large");

    private final ChatClient client;
    private final History history;
    private final DeviceState state;
    private final Observation.Device device;

    Inward(ChatClient client, History history, DeviceState state, Observation.Device device) {
        this.client = client;
        this.history = history;
        this.state = state;
        this.device = device;
    }

    SendKey key(String conversationId, String clientMessageId) {
        return new SendKey(conversationId, device.userId(), clientMessageId);
    }

    void frame(String text) {
        try {
            frame(Wire.parse(text));
        } catch (IllegalArgumentException e) {
            broken(e.getMessage());
        }
    }

    private void frame(JsonNode frame) {
        String type = frame.path("eventType").asText();
        switch (type) {
            case "ready" -> ready(frame);
            case "synced" -> client.onSynced();
            case "message_sent" -> sent(frame);
            case "message_accepted" -> history.add(new Observation.Accepted(history.now(), device, key(frame)));
            case "error" -> error(frame);
            case "conversation_behind" ->
                state.log(frame.path("conversationId").asText())
                        .announce(frame.path("lastSeq").asLong());
            case "reconnect" -> client.reconnectAfter(frame.path("afterMs").asLong());
            default -> {
                if (frame.hasNonNull("deliveryId")) {
                    delivered(frame);
                } else if (!IGNORED.contains(type)) {
                    broken("a frame nobody knows: " + frame);
                }
            }
        }
    }

    private void ready(JsonNode frame) {
        if (!device.userId().equals(frame.path("userId").asText())
                || !device.deviceId().equals(frame.path("deviceId").asText())
                || !frame.path("inboxComplete").isBoolean()) {
            broken("not ready for this device: " + frame);
        }
        client.onReady(frame.path("inboxComplete").asBoolean());
    }

    private void delivered(JsonNode frame) {
        ChatEvent event = ChatEvent.of(frame);
        String deliveryId = frame.get("deliveryId").asText();
        history.add(new Observation.Seen(history.now(), device, Source.INBOX, deliveryId, event));
        state.apply(event);
        client.onDelivered(deliveryId);
    }

    private void sent(JsonNode frame) {
        SendKey key = key(frame);
        history.add(new Observation.Acknowledged(
                history.now(),
                device,
                key,
                frame.path("messageId").asText(),
                frame.path("seq").asLong(),
                frame.path("prevSeq").asLong(),
                frame.path("ordinal").asLong(),
                frame.path("duplicate").asBoolean()));
        state.outbox().sent(key.clientMessageId()).ifPresent(send -> {
            ChatEvent own = own(frame, send.content());
            history.add(new Observation.Seen(history.now(), device, Source.OWN, null, own));
            state.apply(own);
        });
    }

    /** The event that the others get: the sending device has all of it. */
    private ChatEvent own(JsonNode frame, String content) {
        return new ChatEvent(
                "message_created",
                frame.path("conversationId").asText(),
                frame.path("seq").asLong(),
                frame.path("prevSeq").asLong(),
                frame.path("ordinal").asLong(),
                frame.path("messageId").asText(),
                frame.path("clientMessageId").asText(),
                device.userId(),
                null,
                List.of(),
                content);
    }

    private void error(JsonNode frame) {
        String code = frame.path("code").asText();
        boolean retryable = Outbox.isRetryable(code);
        String request = frame.path("requestId").asText("");
        Optional<Outbox.Pending> send = state.outbox().find(request);
        if (send.isPresent()) {
            SendKey key = key(send.get().conversationId(), request);
            history.add(new Observation.Refused(history.now(), device, key, code, retryable));
            long after = frame.path("retryAfterMs").asLong(500);
            state.outbox().failed(request, code, after, ChatClient.nowMs());
        } else if (OWN_FAULT.contains(code)) {
            broken("an error for a frame that was right: " + frame);
        }
    }

    private SendKey key(JsonNode frame) {
        return key(
                frame.path("conversationId").asText(),
                frame.path("clientMessageId").asText());
    }

    private void broken(String what) {
        history.add(new Observation.Broken(history.now(), device, what));
    }
}
