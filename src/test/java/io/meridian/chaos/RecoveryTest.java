package io.meridian.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testing.Observation;
import io.meridian.testing.Observation.Device;
import io.meridian.testing.Observation.SendKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final Device DEVICE = new Device("ann", "phone");
    private final List<Observation> observations = new ArrayList<>();

    @Test
    void workGoesOnWhenEveryConversationHasAnAnswerToWhatWasWrittenAfterTheStrike() {
        written("a", "before", 90);
        written("a", "a1", 110);
        written("b", "b1", 120);
        answered("a", "before", 130);
        answered("a", "a1", 300);
        answered("b", "b1", 500);
        Recovery recovery = Recovery.since(100, observations, List.of("a", "b"));
        assertThat(recovery.anywhere()).isEqualTo(Duration.ofNanos(200));
        assertThat(recovery.everywhere()).isEqualTo(Duration.ofNanos(400));
        assertThat(recovery.acknowledged()).isEqualTo(3);
    }

    @Test
    void aConversationThatStaysSilentNeverRecovers() {
        written("a", "a1", 110);
        answered("a", "a1", 120);
        assertThat(Recovery.since(100, observations, List.of("a", "b")).everywhere())
                .isGreaterThan(Duration.ofHours(1));
    }

    @Test
    void theLatencyOfAMessageCountsFromItsFirstAttemptToItsFirstAnswer() {
        written("a", "a1", 0);
        written("a", "a1", 2_000_000);
        answered("a", "a1", 5_000_000);
        answered("a", "a1", 9_000_000);
        Recovery recovery = Recovery.since(0, observations, List.of("a"));
        assertThat(recovery.medianMs()).isEqualTo(5.0);
        assertThat(recovery.p99Ms()).isEqualTo(5.0);
    }

    private void written(String conversation, String id, long atNs) {
        observations.add(new Observation.Sent(atNs, DEVICE, new SendKey(conversation, "ann", id), "text", 1));
    }

    private void answered(String conversation, String id, long atNs) {
        observations.add(
                new Observation.Acknowledged(atNs, DEVICE, new SendKey(conversation, "ann", id), "m", 1, 0, 1, false));
    }
}
