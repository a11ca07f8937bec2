package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.limits.ClientAddresses;
import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginLimitsTest {
    private final LoginLimits limits = new LoginLimits(new Protection(
            new ProtectionSettings(
                    LimitSettings.standard(10).with(Limit.USERNAME_LOGINS, new Rate(0.01, 3)),
                    new ClientAddresses(List.of()),
                    DrainSettings.DEFAULTS),
            () -> 0));

    private void tries(int times, Throwable failure) {
        for (int i = 0; i < times; i++) {
            assertThat(limits.guess("Ann", () -> Future.failedFuture(failure)).failed())
                    .isTrue();
        }
    }

    private void isRefused() {
        assertThatThrownBy(() -> limits.guess("ann", () -> Future.succeededFuture("in")))
                .hasMessageContaining("failed logins");
    }

    @Test
    void wrongPasswordsCount() {
        tries(3, RefusedException.of(ErrorCode.UNAUTHENTICATED, "wrong"));
        isRefused();
    }

    /** Nobody knows whether they were wrong, and an outage must not lock people out. */
    @Test
    void triesThatAnOutageEndedDoNot() {
        tries(50, RefusedException.of(ErrorCode.OVERLOADED, "too many hashes"));
        tries(50, RefusedException.of(ErrorCode.UNAVAILABLE, "the store is out"));
        tries(50, new IllegalStateException("timed out"));
        for (int i = 0; i < 50; i++) {
            assertThat(limits.guess("ann", () -> Future.succeededFuture("in")).result())
                    .isEqualTo("in");
        }
    }

    @Test
    void aHundredAtOnceAreAHundred() {
        for (int i = 0; i < 3; i++) {
            limits.guess("ann", () -> Future.future(never -> {}));
        }
        isRefused();
    }
}
