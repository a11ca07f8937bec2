package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final String EVENT =
            "{\"deliveryId\":\"17-4\",\"eventType\":\"message_created\",\"conversationId\":\"c1\","
                    + "\"seq\":42,\"prevSeq\":41,\"ordinal\":7,\"clientMessageId\":\"m1.2.3\",\"content\":\"hello\"}";

    @Test
    void fieldsAreFoundWithoutParsingTheRest() {
        assertThat(Frames.text(EVENT, Frames.EVENT_TYPE)).isEqualTo("message_created");
        assertThat(Frames.text(EVENT, Frames.DELIVERY_ID)).isEqualTo("17-4");
        assertThat(Frames.text(EVENT, Frames.CLIENT_MESSAGE_ID)).isEqualTo("m1.2.3");
        assertThat(Frames.number(EVENT, Frames.SEQ)).isEqualTo(42);
        assertThat(Frames.number(EVENT, Frames.PREV_SEQ)).isEqualTo(41);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(Frames.text(EVENT, Frames.CODE)).isNull();
        assertThat(Frames.number("{\"seq\":null}", Frames.SEQ)).isEqualTo(-1);
        assertThat(Frames.number("{\"seq\":", Frames.SEQ)).isEqualTo(-1);
        assertThat(Frames.text("{\"code\":", Frames.CODE)).isNull();
        assertThat(Frames.isTrue("{\"inboxComplete\": true}", Frames.INBOX_COMPLETE))
                .isTrue();
        assertThat(Frames.isTrue("{\"inboxComplete\":false}", Frames.INBOX_COMPLETE))
                .isFalse();
    }

    @Test
    void whatIsSentIsJson() throws IOException {
        JsonNode sent = Api.MAPPER.readTree(Frames.send("c1", "m1", "words"));
        assertThat(sent.path("eventType").asText()).isEqualTo("message_send");
        assertThat(sent.path("conversationId").asText()).isEqualTo("c1");
        assertThat(sent.path("clientMessageId").asText()).isEqualTo("m1");
        assertThat(sent.path("messageType").asText()).isEqualTo("text");
        assertThat(sent.path("content").asText()).isEqualTo("words");
        assertThat(Api.MAPPER.readTree(Frames.hello("d")).path("deviceId").asText())
                .isEqualTo("d");
        assertThat(Api.MAPPER.readTree(Frames.acknowledge("1-2")).path("upTo").asText())
                .isEqualTo("1-2");
        assertThat(Api.MAPPER.readTree(Frames.post("c1", "m1", "words")).has("eventType"))
                .isFalse();
    }

    @Test
    void anIdTellsItsCountAndItsTime() {
        Stamp stamp = new Stamp("mab", 123_456, 7_890_123_456L);
        assertThat(stamp.id()).matches("[A-Za-z0-9._:-]{1,64}");
        assertThat(Stamp.dueNs(stamp.id())).isEqualTo(7_890_123_456L);
        assertThat(Stamp.isOf("mab", stamp.id())).isTrue();
        assertThat(Stamp.isOf("ma", stamp.id())).isFalse();
        assertThat(Stamp.isOf("wab", stamp.id())).isFalse();
    }
}
