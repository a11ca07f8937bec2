package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.message.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CursorsTest {

    @Property
    void positionIsReadBack(@ForAll boolean before, @ForAll @LongRange(min = 0, max = (1L << 53) - 1) long seq) {
        Cursors.Position position = new Cursors.Position(before, seq);

        assertThat(Cursors.position(Cursors.of(position))).isEqualTo(position);
    }

    @Property
    void syncIsReadBack(
            @ForAll @AlphaChars @NumericChars @StringLength(max = 64) String conversation,
            @ForAll @LongRange(min = 0, max = (1L << 53) - 1) long seq,
            @ForAll @AlphaChars @NumericChars @StringLength(max = 80) String token) {
        Cursors.Sync sync = new Cursors.Sync(conversation, seq, token);

        assertThat(Cursors.sync(Cursors.of(sync))).isEqualTo(sync);
    }

    @Property
    void whatIsNoCursorIsRefusedAndNothingWorse(@ForAll String text) {
        assertThatThrownBy(() -> Cursors.position(text)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Cursors.name(text)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Cursors.sync(text)).isInstanceOf(RefusedException.class);
    }

    @Test
    void cursorOfAnotherListIsRefused() {
        String position = Cursors.of(new Cursors.Position(true, 5));

        assertThatThrownBy(() -> Cursors.name(position)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> Cursors.sync(position)).isInstanceOf(RefusedException.class);
        assertThat(Cursors.name(Cursors.of("abc"))).isEqualTo("abc");
    }

    @Test
    void positionBeyondTheLastOneThereCanBeIsRefused() {
        String cursor =
                Base64.getUrlEncoder().encodeToString("after:9999999999999999".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> Cursors.position(cursor)).isInstanceOf(RefusedException.class);
    }
}
