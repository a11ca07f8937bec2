package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartPacingTest {
    private final RestartPacing pacing = new RestartPacing();

    @Test
    void theFirstDeathIsAnsweredAtOnce() {
        assertThat(dueAt(Duration.ofHours(1))).isTrue();
    }

    @Test
    void pausesGrowWhileItKeepsDyingAndStayBounded() {
        Duration now = Duration.ZERO;
        assertThat(dueAt(now)).isTrue();
        for (long pauseMillis : new long[] {500, 1_000, 2_000, 4_000, 4_000, 4_000}) {
            assertThat(dueAt(now.plusMillis(pauseMillis - 1))).isFalse();
            now = now.plusMillis(pauseMillis);
            assertThat(dueAt(now)).isTrue();
        }
    }

    @Test
    void whatLivedForLongIsStartedAtOnceAgain() {
        dueAt(Duration.ZERO);
        dueAt(Duration.ofMillis(500));
        dueAt(Duration.ofMillis(1_500));
        Duration muchLater = Duration.ofMillis(1_501).plus(RestartPacing.STABLE_AFTER);

        assertThat(dueAt(muchLater)).isTrue();
        assertThat(dueAt(muchLater.plusMillis(500))).isTrue();
    }

    private boolean dueAt(Duration time) {
        return pacing.isDue(time.toNanos());
    }
}
