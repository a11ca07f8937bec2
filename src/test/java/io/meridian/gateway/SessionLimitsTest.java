package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import io.meridian.limits.RateLimits;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SessionLimitsTest {
    private static final UserId ANN = new UserId("ann");

    private final AtomicLong nanos = new AtomicLong();
    private final RateLimits rates = new RateLimits(
            LimitSettings.standard(10)
                    .with(Limit.CONNECTION_FRAMES, new Rate(10, 3))
                    .with(Limit.USER_REFUSALS, new Rate(1, 5)),
            nanos::get);
    private final SessionLimits limits = new SessionLimits(rates, "1");
    private final RefusedException refused = rates.refusal(Limit.USER_MESSAGES, 20_000_000);

    @Test
    void framesBeyondTheLimitAreRefused() {
        for (int i = 0; i < 3; i++) {
            assertThat(limits.frame()).isEmpty();
        }
        assertThat(limits.frame().orElseThrow().retryAfter()).contains(Duration.ofMillis(100));
        assertThat(new SessionLimits(rates, "2").frame()).isEmpty();
    }

    @Test
    void thoseRefusedTogetherComeBackOneAfterTheOther() {
        for (int i = 1; i <= 5; i++) {
            assertThat(limits.inTurn(refused, 1_000).retryAfter()).contains(Duration.ofMillis(20L * i));
        }
        assertThat(limits.inTurn(refused, 60_000).retryAfter())
                .as("later nobody stands in line")
                .contains(Duration.ofMillis(20));
    }

    @Test
    void nobodyIsToldToWaitForEver() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(limits.inTurn(refused, 1_000).retryAfter().orElseThrow())
                    .isLessThanOrEqualTo(Duration.ofSeconds(30));
        }
    }

    @Test
    void otherRefusalsAreLeftAsTheyAre() {
        RefusedException invalid = RefusedException.invalid("content", "is missing");
        assertThat(limits.inTurn(invalid, 0)).isSameAs(invalid);
        assertThat(limits.flooding(invalid, ANN)).isFalse();
        RefusedException overloaded = RefusedException.of(ErrorCode.OVERLOADED, "busy");
        assertThat(limits.inTurn(overloaded, 0)).isSameAs(overloaded);
    }

    @Test
    void whoGoesOnIsFloodingOnWhicheverConnection() {
        for (int i = 0; i < 5; i++) {
            assertThat(limits.flooding(refused, ANN)).isFalse();
        }
        assertThat(limits.flooding(refused, ANN)).isTrue();
        assertThat(new SessionLimits(rates, "2").flooding(refused, ANN)).isTrue();
        assertThat(limits.flooding(refused, new UserId("bob"))).isFalse();
        nanos.addAndGet(1_000_000_000);
        assertThat(limits.flooding(refused, ANN)).isFalse();
    }
}
