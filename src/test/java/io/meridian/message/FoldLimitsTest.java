package io.meridian.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldLimitsTest {
    private static final long WEEK_MS = FoldLimits.DEFAULT.dedupAgeMs();

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 50_001, Integer.MAX_VALUE})
    void whatWouldStopOrUnboundTheFoldIsRefused(int value) {
        assertThatThrownBy(() -> new FoldLimits(value, 1, 1, WEEK_MS)).hasMessageContaining("maxMembers = " + value);
        assertThatThrownBy(() -> new FoldLimits(1, value, 1, WEEK_MS)).hasMessageContaining("writeFanoutMembers");
        assertThatThrownBy(() -> new FoldLimits(1, 1, value, WEEK_MS)).hasMessageContaining("maxBans");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE})
    void ageThatIsNoneIsRefused(long ageMs) {
        assertThatThrownBy(() -> new FoldLimits(1, 1, 1, ageMs)).hasMessageContaining("dedupAgeMs");
    }

    /** A command whose limits nobody can apply is set aside, as any other that nobody can read. */
    @Test
    void commandWithSuchLimitsIsUnreadable() {
        String record = "{\"rules\":1,\"command\":{\"limits\":{\"maxMembers\":0,\"writeFanoutMembers\":1,\"maxBans\":1,"
                + "\"dedupAgeMs\":1}}}";
        assertThatThrownBy(() -> CommandCodec.decode(record.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("maxMembers");
        assertThat(FoldLimits.DEFAULT.maxMembers()).isEqualTo(5_000);
    }
}
