package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SockJsFramesTest {
    private static List<String> read(String json) {
        return SockJsFrames.read(json.getBytes(StandardCharsets.UTF_8))
                .map(all -> all.stream()
                        .map(one -> new String(one, StandardCharsets.UTF_8))
                        .toList())
                .orElse(null);
    }

    @Test
    void messagesAreQuotedAndReadBackAsTheyWere() {
        List<String> messages = List.of("{\"eventType\":\"pong\"}", "a \\ b\n\tü \uD83D\uDE00 \u2028");
        String frame = SockJsFrames.messages(messages);

        assertThat(frame).startsWith("a[\"{\\\"eventType").doesNotContain("\n");
        assertThat(read(frame.substring(1))).isEqualTo(messages);
    }

    @Test
    void aCloseHasItsCodeAndItsReason() {
        assertThat(SockJsFrames.close(4401, "no \"token\"")).isEqualTo("c[4401,\"no \\\"token\\\"\"]");
    }

    @Test
    void aSingleStringAndAnEmptyArrayAreTaken() {
        assertThat(read("\"one\"")).containsExactly("one");
        assertThat(read("[]")).isEmpty();
    }

    @Test
    void everythingElseIsNot() {
        for (String bad :
                List.of("", "{}", "7", "null", "[1]", "[null]", "[[\"a\"]]", "[\"a\"", "[\"a\"] x", "[\"a\",{}]")) {
            assertThat(read(bad)).as(bad).isNull();
        }
        assertThat(read("[".repeat(100_000))).isNull();
    }

    @Test
    void otherEncodingsAndHalvesOfSurrogatePairsAreNotTaken() {
        for (Charset other :
                List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE, Charset.forName("UTF-32BE"))) {
            assertThat(SockJsFrames.read("[\"a\"]".getBytes(other)))
                    .as(other.name())
                    .isEmpty();
        }
        assertThat(SockJsFrames.read(new byte[] {'[', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ']'}))
                .as("half a pair, encoded")
                .isEmpty();
        assertThat(SockJsFrames.read(new byte[] {'[', '"', (byte) 0xc1, (byte) 0x81, '"', ']'}))
                .as("an overlong A")
                .isEmpty();
        assertThat(read("\uFEFF[\"a\"]")).as("a byte order mark").isNull();
        for (String half : List.of("[\"\\ud800\"]", "[\"a\", \"x\\udc00\"]", "\"\\ud83d\"")) {
            assertThat(read(half)).as(half).isNull();
        }
        assertThat(read("[\"\\ud83d\\ude00\uFFFD\"]")).containsExactly("\uD83D\uDE00\uFFFD");
    }
}
