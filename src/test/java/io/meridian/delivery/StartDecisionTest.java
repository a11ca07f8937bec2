package io.meridian.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.log.Committed;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartDecisionTest {
    private static final String LOG = "topic/3";

    @Test
    void aLogNeverSeenIsReadFromItsBeginning() {
        assertThat(StartDecision.of(LOG, Optional.empty(), 0, 100, 7)).isEqualTo(start(0, 0));
    }

    @Test
    void aLogThatHasLostItsBeginningBeforeItWasEverReadIsALoss() {
        assertLoss(StartDecision.of(LOG, Optional.empty(), 40, 100, 7), 40);
    }

    @Test
    void theSameGenerationGoesOnWhereItStopped() {
        assertThat(StartDecision.of(LOG, committed(90, LOG, 7, 60), 0, 100, 7)).isEqualTo(start(90, 60));
    }

    @Test
    void anotherGenerationGoesBack() {
        assertThat(StartDecision.of(LOG, committed(90, LOG, 7, 60), 0, 100, 8)).isEqualTo(start(60, 60));
    }

    @Test
    void anotherGenerationGoesBackNoFurtherThanTheLogReaches() {
        assertThat(StartDecision.of(LOG, committed(90, LOG, 7, 60), 80, 100, 8)).isEqualTo(start(80, 80));
    }

    @Test
    void anOffsetOutsideOfTheLogIsALoss() {
        assertLoss(StartDecision.of(LOG, committed(9, LOG, 7, 6), 10, 100, 7), 10);
        assertLoss(StartDecision.of(LOG, committed(101, LOG, 7, 60), 10, 100, 7), 10);
    }

    @Test
    void theEndsOfTheLogAreInside() {
        assertThat(StartDecision.of(LOG, committed(10, LOG, 7, 10), 10, 100, 7)).isEqualTo(start(10, 10));
        assertThat(StartDecision.of(LOG, committed(100, LOG, 7, 90), 10, 100, 7))
                .isEqualTo(start(100, 90));
    }

    @Test
    void aTopicThatWasMadeAgainIsALoss() {
        assertLoss(StartDecision.of(LOG, committed(90, "other/3", 7, 60), 0, 100, 7), 0);
    }

    @Test
    void anOffsetWithoutOurWordsIsALoss() {
        assertLoss(StartDecision.of(LOG, Optional.of(new Committed(90, "")), 0, 100, 7), 0);
        assertLoss(StartDecision.of(LOG, Optional.of(new Committed(90, "moved by hand")), 0, 100, 7), 0);
    }

    private static Optional<Committed> committed(long offset, String log, long generation, long back) {
        return Optional.of(new Committed(offset, new DeliveryPosition(log, generation, back).encode()));
    }

    private static StartDecision start(long offset, long back) {
        return new StartDecision(offset, back, Optional.empty());
    }

    private static void assertLoss(StartDecision decision, long offset) {
        assertThat(decision.loss()).isPresent();
        assertThat(decision.offset()).isEqualTo(offset);
        assertThat(decision.back()).isEqualTo(offset);
    }
}
