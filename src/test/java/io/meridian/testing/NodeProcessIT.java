package io.meridian.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeProcessIT {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void aScriptIsSpokenToInLines() {
        try (NodeProcess echo = NodeProcess.start("echo.mjs", "with", "arguments")) {
            assertThat(echo.next("its arguments", line -> line.has("arguments"), BOUND)
                            .path("arguments")
                            .toString())
                    .isEqualTo("[\"with\",\"arguments\"]");
            echo.send(Wire.object().put("text", "grüße"));

            assertThat(echo.next("an echo", line -> line.has("echo"), BOUND)
                            .path("echo")
                            .path("text")
                            .asText())
                    .isEqualTo("grüße");
        }
    }

    @Test
    void whatAScriptSaysAtItsEndIsHeardAndWhatItDoesNotSayIsNotWaitedFor() {
        try (NodeProcess echo = NodeProcess.start("echo.mjs")) {
            echo.send(Wire.object().put("end", 3));

            assertThat(echo.next("a farewell", line -> line.has("farewell"), BOUND))
                    .isNotNull();
            assertThat(echo.status(BOUND)).isEqualTo(3);
            assertThatThrownBy(() -> echo.next("more", line -> true, BOUND))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("ended with 3")
                    .hasMessageContaining("no JSON");
        }
    }
}
