package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OverrunTest {
    private final Overrun overrun = new Overrun();

    private void burst(long nowMs) {
        for (int i = 0; i < Overrun.TOLD_AT_ONCE; i++) {
            assertThat(overrun.refused(nowMs)).as("refusal %s of a burst", i).isZero();
        }
    }

    @Test
    void whatGoesOnBehindABurstIsReadMoreAndMoreSlowly() {
        burst(1_000);
        long now = 1_000;
        for (long expected : new long[] {50, 100, 200, 400, 800, 1_000, 1_000}) {
            long held = 0;
            for (int i = 0; held == 0 && i <= Overrun.FORGOTTEN_PER_SECOND; i++) {
                held = overrun.refused(now);
            }
            assertThat(held).isEqualTo(expected);
            assertThat(overrun.refused(now + 1))
                    .as("one that was read before counts, and is not held twice")
                    .isZero();
            now += expected;
        }
    }

    @Test
    void whoHoldsBackBeginsAnew() {
        burst(1_000);
        assertThat(overrun.refused(1_000)).isPositive();
        burst(1_000 + 1_000L * (Overrun.TOLD_AT_ONCE + 1) / Overrun.FORGOTTEN_PER_SECOND);
        assertThat(overrun.persistent()).isFalse();
    }

    @Test
    void whoTriesAgainNowAndThenIsNeverHeldNorClosed() {
        for (long now = 0; now < 10 * Overrun.PERSISTENT_MS; now += 1_000 / Overrun.FORGOTTEN_PER_SECOND) {
            assertThat(overrun.refused(now)).isZero();
            assertThat(overrun.persistent()).isFalse();
        }
    }

    @Test
    void aFloodIsPersistentAfterTwentySecondsOfBeingSlowedDown() {
        long now = 5_000;
        while (!overrun.persistent()) {
            now += Math.max(1, overrun.refused(now));
            assertThat(now).isLessThan(5_000 + 2 * Overrun.PERSISTENT_MS);
        }
        assertThat(now).isGreaterThanOrEqualTo(5_000 + Overrun.PERSISTENT_MS);
    }
}
