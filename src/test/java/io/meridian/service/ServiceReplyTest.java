package io.meridian.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.conversation.Events;
import io.meridian.conversation.History;
import io.meridian.message.ErrorCode;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.meridian.message.StoredEvent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceReplyTest {
    @Test
    void aRefusalNamesCodeReasonAndFields() {
        ObjectNode reply = ServiceReply.refused(
                RefusedException.invalid(Map.of("content", "is required", "type", "is odd")), null);
        assertThat(reply.path("status").asText()).isEqualTo("refused");
        assertThat(reply.path("code").asText()).isEqualTo("invalid");
        assertThat(reply.path("detail").asText()).contains("content is required");
        assertThat(reply.path("errors").path("type").asText()).isEqualTo("is odd");
        assertThat(reply.has("retryAfterMs")).as("it is final").isFalse();
    }

    @Test
    void aPageGoesOnBehindItsLastEventWhenBytesEndIt() throws IOException {
        List<StoredEvent> events = List.of(Events.message(1, 0), Events.message(2, 1), Events.message(3, 2));
        int one = events.get(0).json().length;

        ObjectNode cut = read(ServiceReply.events(new History.Page(events, false, false), 2 * one));
        assertThat(cut.path("items")).hasSize(2);
        assertThat(cut.path("more").asBoolean()).isTrue();
        assertThat(cut.path("items").get(1))
                .isEqualTo(Json.MAPPER.readTree(events.get(1).json()));

        ObjectNode least = read(ServiceReply.events(new History.Page(events, false, false), 1));
        assertThat(least.path("items")).as("or it would never end").hasSize(1);

        ObjectNode whole = read(ServiceReply.events(new History.Page(events, false, false), 1 << 20));
        assertThat(whole.path("items")).hasSize(3);
        assertThat(whole.path("more").asBoolean()).isFalse();
    }

    @Test
    void aPageThatIsEmptyForAMissingEventIsNotTheEnd() {
        assertThatThrownBy(() -> ServiceReply.events(new History.Page(List.of(), true, true), 1))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    private static ObjectNode read(ObjectNode reply) throws IOException {
        return (ObjectNode) Json.MAPPER.readTree(Json.bytes(reply));
    }
}
