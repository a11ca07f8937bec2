package io.meridian.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private static final Limit LIMIT = Limit.USER_MESSAGES;

    private final AtomicLong nanos = new AtomicLong();
    private final RateLimits limits = limits(LimitSettings.standard(100).with(LIMIT, new Rate(50, 100)));

    private RateLimits limits(LimitSettings settings) {
        return new RateLimits(settings, nanos::get);
    }

    private void passes(long ms) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private static int taken(RateLimits limits, String key, int tries) {
        return (int) IntStream.range(0, tries)
                .filter(i -> limits.tryTake(LIMIT, key) == 0)
                .count();
    }

    @Test
    void aBurstAndThenTheRate() {
        assertThat(taken(limits, "ann", 500)).isEqualTo(100);
        passes(1_000);
        assertThat(taken(limits, "ann", 500)).isEqualTo(50);
    }

    @Test
    void aBucketNeverHoldsMoreThanABurst() {
        taken(limits, "ann", 500);
        passes(3_600_000);
        assertThat(taken(limits, "ann", 500)).isEqualTo(100);
    }

    @Test
    void oneTakesNothingFromAnother() {
        taken(limits, "ann", 500);
        assertThat(taken(limits, "bob", 1)).isEqualTo(1);
    }

    @Test
    void aRefusalSaysWhenItIsWorthAnotherTry() {
        taken(limits, "ann", 100);
        passes(15);
        assertThatThrownBy(() -> limits.take(LIMIT, "ann")).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.RATE_LIMITED);
            assertThat(refused.retryAfter()).contains(Duration.ofMillis(5));
            assertThat(refused.detail()).contains("50 a second");
        });
        passes(5);
        limits.take(LIMIT, "ann");
    }

    @Test
    void whatCameToNothingIsGivenBack() {
        taken(limits, "ann", 100);
        limits.giveBack(LIMIT, "ann");
        assertThat(taken(limits, "ann", 5)).isEqualTo(1);
    }

    @Test
    void severalAreTakenTogetherOrNotAtAll() {
        assertThat(limits.tryTake(LIMIT, "ann", 70)).isZero();
        assertThat(limits.tryTake(LIMIT, "ann", 50)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(400));
        assertThat(limits.tryTake(LIMIT, "ann", 30)).isZero();
        limits.giveBack(LIMIT, "ann", 70);
        assertThat(taken(limits, "ann", 500)).isEqualTo(70);
    }

    @Test
    void moreThanABurstIsABurst() {
        assertThat(limits.tryTake(LIMIT, "ann", 5_000)).isZero();
        assertThat(taken(limits, "ann", 1)).isZero();
    }

    @Test
    void nothingIsLimitedWhenLimitsAreOff() {
        RateLimits off = limits(LimitSettings.off());
        assertThat(taken(off, "ann", 100_000)).isEqualTo(100_000);
        assertThat(off.takeHot(LIMIT)).isEmpty();
    }

    @Test
    void aUserOnTwoNodesHasAboutOneUsersRate() {
        RateLimits other = limits(limits.settings());
        int total = 0;
        for (int quarter = 0; quarter < 40; quarter++) {
            for (int tick = 0; tick < 25; tick++) {
                total += taken(limits, "ann", 1) + taken(other, "ann", 1);
                passes(10);
            }
            Map<String, Integer> here = limits.takeHot(LIMIT);
            Map<String, Integer> there = other.takeHot(LIMIT);
            other.tookElsewhere(LIMIT, here);
            limits.tookElsewhere(LIMIT, there);
        }
        // 10 s at 50, two bursts, and what both took before they heard of each other
        assertThat(total).isBetween(500, 500 + 2 * 100 + 50);
    }

    @Test
    void debtsFromElsewhereAreNeverMoreThanABurst() {
        taken(limits, "ann", 1);
        limits.tookElsewhere(LIMIT, Map.of("ann", 1_000_000));
        passes(2_000);
        assertThat(taken(limits, "ann", 1)).isZero();
        passes(100);
        assertThat(taken(limits, "ann", 100)).isBetween(1, 10);
    }

    @Test
    void onlyTheBusyAreTold() {
        taken(limits, "idle", 1);
        taken(limits, "busy", 7);
        taken(limits, "refused", 1);
        limits.giveBack(LIMIT, "refused");
        assertThat(limits.takeHot(LIMIT)).isEqualTo(Map.of("busy", 7));
        assertThat(limits.takeHot(LIMIT)).isEmpty();
    }

    @Test
    void whatIsToldIsBounded() {
        for (int i = 0; i < 2_000; i++) {
            taken(limits, "user" + i, i % 50 == 0 ? 9 : 2);
        }
        Map<String, Integer> told = limits.takeHot(LIMIT);
        assertThat(told).hasSize(500).containsEntry("user50", 9).containsEntry("user1950", 9);
    }

    @Test
    void threadsTogetherGetNoMoreThanThereIs() throws InterruptedException {
        AtomicInteger got = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> got.addAndGet(taken(limits, "ann", 1_000)));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(got.get()).isEqualTo(100);
    }

    @Test
    void aRateThatMakesNoSenseIsRefusedByItsKey() {
        assertThatThrownBy(() -> LimitSettings.standard(100).with(LIMIT, new Rate(0, 1)))
                .hasMessageContaining("meridian.limits.user-messages.per-second = 0.0");
        assertThatThrownBy(() -> LimitSettings.standard(100).with(LIMIT, new Rate(1, 0)))
                .hasMessageContaining("meridian.limits.user-messages.burst = 0");
        assertThatThrownBy(() -> LimitSettings.standard(0)).hasMessageContaining("max-connections");
    }

    @Test
    void oneCallersShareFollowsFromTheWhole() {
        assertThat(Bounds.ofAddress(50_000)).isEqualTo(2_000);
        assertThat(Bounds.ofAddress(696)).isEqualTo(174);
        assertThat(Bounds.ofAddress(3)).isEqualTo(1);
        assertThat(Bounds.heldOf(512L << 20)).isEqualTo(64L << 20);
        assertThat(Bounds.heldOf(1)).isEqualTo(8L << 20);
        assertThatThrownBy(() -> new Bounds(1, 1, 1, 1, 1, 1_000)).hasMessageContaining("max-held-bytes = 1000");
        assertThatThrownBy(() -> new Bounds(1, 0, 1, 1, 1, 8L << 20))
                .hasMessageContaining("max-connections-of-address");
    }

    @Test
    void connectionsFitTheFileDescriptors() {
        assertThat(LimitSettings.connectionsFor(20_000)).isEqualTo(17_300);
        assertThat(LimitSettings.connectionsFor(1_024)).isEqualTo(696);
        assertThat(LimitSettings.connectionsFor(100)).isEqualTo(1);
        assertThat(LimitSettings.connectionsFor(1L << 40)).isEqualTo(50_000);
        assertThat(LimitSettings.connectionsFor(0)).isEqualTo(50_000);
    }
}
