package io.meridian.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ReplayPositionsTest {
    private static final Duration MINUTE = Duration.ofSeconds(60);

    @Test
    void keepsWhatItWasOpenedWithUntilAMinuteIsFinished() {
        var positions = new ReplayPositions(MINUTE, 500, 400, 0);
        positions.finished(600, 59_999);
        assertThat(positions.back()).isEqualTo(400);
        positions.finished(700, 60_000);
        assertThat(positions.back()).isEqualTo(500);
    }

    @Test
    void anOutageDoesNotCountAsTimeThatPassed() {
        var positions = new ReplayPositions(MINUTE, 0, 0, 0);
        positions.finished(100, 100_000);
        positions.finished(200, 130_000);
        // nothing is finished for an hour: what was finished last may be what is lost
        assertThat(positions.back()).isZero();
    }

    @Provide
    Arbitrary<List<Integer>> pauses() {
        return Arbitraries.integers().between(0, 40_000).list().ofMaxSize(60);
    }

    @Property
    void goesBackAMinuteAtLeastAndNotMuchMore(@ForAll("pauses") List<Integer> pauses) {
        var positions = new ReplayPositions(MINUTE, 0, 0, 0);
        var finished = new TreeMap<Long, Long>();
        finished.put(0L, 0L);
        long now = 0;
        long offset = 0;
        for (int pause : pauses) {
            now += pause;
            offset++;
            positions.finished(offset, now);
            finished.put(now, offset);
            var safe = finished.floorEntry(now - MINUTE.toMillis());
            assertThat(positions.back()).isLessThanOrEqualTo(safe == null ? 0 : safe.getValue());
            // a sixtieth of the margin before what would have been safe, for not everything is a sample
            var tooFar = safe == null ? null : finished.lowerEntry(safe.getKey() - MINUTE.toMillis() / 60);
            assertThat(positions.back()).isGreaterThanOrEqualTo(tooFar == null ? 0 : tooFar.getValue());
        }
    }
}
