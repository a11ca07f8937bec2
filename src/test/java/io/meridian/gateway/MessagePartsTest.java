package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class MessagePartsTest {
    private final MessageParts parts = new MessageParts(10);

    @Test
    void partsBecomeOneMessageAndTheNextBeginsAnew() {
        assertThat(parts.add(Buffer.buffer("he"))).isTrue();
        assertThat(parts.add(Buffer.buffer())).isTrue();
        assertThat(parts.add(Buffer.buffer("llo"))).isTrue();
        assertThat(new String(parts.whole(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("hello");
        for (int i = 0; i < 2 * MessageParts.MAX_PARTS; i++) {
            assertThat(parts.add(Buffer.buffer("0123456789"))).isTrue();
            assertThat(parts.whole()).hasSize(10);
        }
    }

    @Test
    void bytesAreBoundedTogether() {
        assertThat(parts.add(Buffer.buffer("01234567"))).isTrue();
        assertThat(parts.add(Buffer.buffer("89"))).isTrue();
        assertThat(parts.add(Buffer.buffer("x"))).isFalse();
    }

    @Test
    void emptyPartsDoNotGoOnForEver() {
        for (int i = 0; i < MessageParts.MAX_PARTS; i++) {
            assertThat(parts.add(Buffer.buffer())).isTrue();
        }
        assertThat(parts.add(Buffer.buffer())).isFalse();
    }
}
