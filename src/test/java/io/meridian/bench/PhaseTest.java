package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PhaseTest {
    private final Ticker ticker = new Ticker(System.nanoTime());
    private final Phase phase = new Phase("m1", ticker, List.of("c"), 2);

    @Test
    void oneCountDoesNotSeeAnother() {
        phase.delivered(0, 1, event("w1.0.0", 10));
        phase.acknowledged(0, 0, event("w1.0.0", 10));
        assertThat(phase.outcome().counts()).isEqualTo(Counts.NONE);
    }

    @Test
    void isCompleteWhenEverythingIsAnsweredAndThere() {
        phase.offer(ticker.nowNs());
        phase.offer(ticker.nowNs());
        assertThat(phase.mayBeComplete()).isFalse();
        phase.acknowledged(0, 0, event("m1.0.0", 10));
        phase.refused("overloaded");
        assertThat(phase.mayBeComplete()).isFalse();
        phase.delivered(0, 1, event("m1.0.0", 10));
        assertThat(phase.mayBeComplete()).isTrue();
        Outcome outcome = phase.outcome();
        assertThat(outcome.offered()).isEqualTo(2);
        assertThat(outcome.errors()).isEqualTo(Map.of("overloaded", 1L));
        assertThat(outcome.counts().acknowledged()).isEqualTo(1);
        assertThat(outcome.deliveries().count()).isEqualTo(1);
    }

    @Test
    void latencyCountsFromWhenTheMessageWasDue() {
        phase.delivered(0, 1, event(new Stamp("m1", 0, ticker.nowNs() - 5_000_000_000L).id(), 10));
        assertThat(phase.outcome().deliveries().toMs().get("p50")).isGreaterThanOrEqualTo(4_990);
    }

    @Test
    void whatComesAgainHasNoLatency() {
        phase.delivered(0, 1, event("m1.0.0", 10));
        phase.delivered(0, 1, event("m1.0.0", 10));
        phase.acknowledged(0, 0, event("m1.0.0", 10));
        phase.acknowledged(0, 0, event("m1.0.0", 10));
        assertThat(phase.outcome().deliveries().count()).isEqualTo(1);
        assertThat(phase.outcome().acknowledgements().count()).isEqualTo(1);
    }

    @Test
    void loopsAddUp() {
        phase.offer(0);
        phase.error("closed_1006");
        Phase other = new Phase("m1", ticker, List.of("d"), 2);
        other.offer(0);
        other.error("closed_1006");
        other.error("invalid");
        Outcome sum = phase.outcome().plus(other.outcome());
        assertThat(sum.offered()).isEqualTo(2);
        assertThat(sum.errors()).isEqualTo(Map.of("closed_1006", 2L, "invalid", 1L));
        assertThat(sum.lag().count()).isEqualTo(2);
    }

    private static String event(String clientMessageId, long seq) {
        return "{\"clientMessageId\":\"" + clientMessageId + "\",\"seq\":" + seq + ",\"prevSeq\":" + (seq - 10) + "}";
    }
}
