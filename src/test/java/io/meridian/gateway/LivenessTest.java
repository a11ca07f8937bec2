package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With the contract's times: hello within 5 s, a frame every 60 s. */
class LivenessTest {
    private final WriteQueue queue = new WriteQueue();
    private final Liveness liveness = new Liveness(TestNode.CONTRACT, 0);

    private Optional<String> over(long nowMs) {
        return liveness.over(false, false, queue, nowMs);
    }

    @Test
    void whoSaysNoHelloIsTooLateAfterFiveSeconds() {
        assertThat(liveness.over(true, false, queue, 4_999)).isEmpty();
        assertThat(liveness.over(true, false, queue, 5_000)).contains("no hello in time");
    }

    @Test
    void whoIsSilentIsTooLateAfterSixtySeconds() {
        liveness.heard(10_000);
        assertThat(over(69_999)).isEmpty();
        assertThat(over(70_000)).contains("no heartbeat in time");
    }

    @Test
    void silenceWhileNotBeingReadDoesNotCount() {
        for (long now = 1_000; now <= 300_000; now += 1_000) {
            assertThat(liveness.over(false, true, queue, now)).isEmpty();
        }
        assertThat(over(359_999)).isEmpty();
        assertThat(over(360_000)).isPresent();
    }

    @Test
    void whoReadsNothingForSixtySecondsIsTooLateWhateverItSends() {
        queue.add(10);
        for (long now = 1_000; now < 60_000; now += 1_000) {
            liveness.heard(now);
            assertThat(over(now)).isEmpty();
        }
        liveness.heard(60_000);
        assertThat(over(60_000)).contains("nothing was read in time");
    }

    @Test
    void whoReadsSlowlyLives() {
        queue.add(1_000_000);
        for (long now = 1_000; now < 600_000; now += 1_000) {
            liveness.heard(now);
            if (now % 50_000 == 0) {
                queue.taken(1_000);
            }
            assertThat(over(now)).isEmpty();
        }
    }

    @Test
    void whatWasWrittenLongAgoSaysNothingOfWhatIsWrittenNow() {
        liveness.heard(119_000);
        assertThat(over(119_000)).isEmpty();
        queue.add(10);
        liveness.heard(178_000);
        assertThat(over(178_999)).isEmpty();
        assertThat(over(179_000)).contains("nothing was read in time");
    }
}
