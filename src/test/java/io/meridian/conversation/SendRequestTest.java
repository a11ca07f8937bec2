package io.meridian.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ErrorCode;
import io.meridian.message.Json;
import io.meridian.message.MessageType;
import io.meridian.message.RefusedException;
import org.junit.jupiter.api.Test;

class SendRequestTest {
    private static ObjectNode frame() {
        return Json.MAPPER
                .createObjectNode()
                .put("conversationId", "c")
                .put("clientMessageId", "m")
                .put("messageType", "text")
                .put("content", "hello");
    }

    private static SendRequest read(ObjectNode frame) {
        return SendRequest.read(Fields.of(frame), null);
    }

    private static RefusedException refusal(ObjectNode frame) {
        return catchThrowableOfType(RefusedException.class, () -> read(frame));
    }

    @Test
    void messageIsTakenWithAllItCarries() {
        ObjectNode frame = frame().put("replyTo", "r").put("unknown", true);
        frame.putArray("mediaIds").add("media-1");
        frame.putArray("mentions").add("user-1").add("user-2");
        SendRequest request = read(frame);

        assertThat(request.message().messageType()).isEqualTo(MessageType.TEXT);
        assertThat(request.message().mediaIds()).containsExactly("media-1");
        assertThat(request.message().mentions()).hasSize(2);
        assertThat(request.message().replyTo().value()).isEqualTo("r");
    }

    @Test
    void idOfTheHeaderStandsForTheFields() {
        ObjectNode frame = frame();
        frame.remove("clientMessageId");

        assertThat(SendRequest.read(Fields.of(frame), new ClientMessageId("h"))
                        .clientMessageId()
                        .value())
                .isEqualTo("h");
        assertThat(refusal(frame).errors()).containsOnlyKeys("clientMessageId");
    }

    @Test
    void textNeedsCharactersAndAPictureDoesNot() {
        assertThat(refusal(frame().put("content", "")).errors()).containsOnlyKeys("content");
        ObjectNode picture = frame().put("messageType", "image");
        picture.remove("content");
        assertThat(refusal(picture).errors()).containsOnlyKeys("content");
        picture.putArray("mediaIds").add("media-1");
        assertThat(read(picture).message().content()).isEmpty();
    }

    @Test
    void whatDoesNotFitAFrameIsTooLarge() {
        assertThat(read(frame().put("content", "x".repeat(63_000))).message().content())
                .hasSize(63_000);
        assertThat(refusal(frame().put("content", "x".repeat(63_500))).code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(refusal(frame().put("content", "\u0001".repeat(11_000))).code())
                .as("each is six bytes of JSON")
                .isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void listsAreBounded() {
        ObjectNode media = frame();
        var ids = media.putArray("mediaIds");
        ObjectNode mentions = frame();
        var users = mentions.putArray("mentions");
        for (int i = 0; i < 51; i++) {
            ids.add("media-" + i);
            users.add("user-" + i);
        }

        assertThat(refusal(media).errors()).containsOnlyKeys("mediaIds");
        assertThat(refusal(mentions).errors()).containsOnlyKeys("mentions");
        assertThat(refusal(frame().put("messageType", "smoke")).errors()).containsOnlyKeys("messageType");
    }
}
