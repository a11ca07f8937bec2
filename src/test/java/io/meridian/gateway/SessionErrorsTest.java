package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.message.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is wrong before a session is one, and for which request. */
class SessionErrorsTest {
    private final RecordingTransport transport = new RecordingTransport(new WriteQueue());
    private final Session session = new Session(
            new SessionServices(
                    TestNode.CONTRACT,
                    "test-node/0",
                    null,
                    null,
                    null,
                    null,
                    null,
                    new Sessions(),
                    new ReadFanout(null, null),
                    null,
                    () -> Instant.EPOCH,
                    () -> "id",
                    new Protection(TestNode.UNLIMITED, System::nanoTime)),
            transport,
            null);

    private JsonNode answerTo(String frame) throws Exception {
        session.frame(frame.getBytes(StandardCharsets.UTF_8));
        return Json.MAPPER.readTree(transport.sent.get(transport.sent.size() - 1));
    }

    private static void is(JsonNode error, String code, String requestId) {
        assertThat(error.path("eventType").asText()).isEqualTo("error");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("requestId").asText("none")).isEqualTo(requestId);
    }

    @Test
    void aWrongFirstFrameIsToldWithItsRequestId() throws Exception {
        is(answerTo("{\"eventType\":\"ping\",\"requestId\":\"r1\"}"), "unauthenticated", "r1");
        assertThat(transport.closedWith).isEqualTo(CloseCode.UNAUTHENTICATED);
    }

    @Test
    void aHelloWithWrongFieldsIsToldWithItsRequestIdIfThatIsOne() throws Exception {
        is(answerTo("{\"eventType\":\"hello\",\"requestId\":\"r1\"}"), "invalid", "r1");
        is(answerTo("{\"eventType\":\"hello\",\"requestId\":\"not one\"}"), "invalid", "none");
        is(answerTo("{\"eventType\":\"hello\",\"deviceId\":\"a b\"}"), "invalid", "none");
    }
}
