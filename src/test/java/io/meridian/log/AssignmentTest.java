package io.meridian.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    private static final long NOW = 1_000_000;

    private final Assignment assignment = new Assignment("t/0", 0, NOW);

    private void taken(long next) {
        var batch = new Assignment.Batch(next, 1, 1, Optional.of(4));
        assignment.handedOver(batch, NOW);
        batch.done = true;
        assignment.advance(NOW);
    }

    @Test
    void positionThatIsCommittedAgainKeepsItsLeaderEpoch() {
        assignment.opened(new Start(7, Optional.of(3)));
        assertThat(assignment.hasProgress()).isTrue();
        assertThat(assignment.doneOffset).isEqualTo(7);
        assertThat(assignment.doneLeaderEpoch).contains(3);
        taken(9);
        assertThat(assignment.doneLeaderEpoch).contains(4);
        assignment.restart(NOW);
        assignment.opened(new Start(5));
        assertThat(assignment.doneLeaderEpoch).isEmpty();
    }

    @Test
    void stuckPartitionStandsStillSinceItBegan() {
        assignment.opened(new Start(7));
        assertThat(assignment.waitingSinceMs).isZero();
        assignment.stuck(NOW + 5);
        assertThat(assignment.waitingSinceMs).isEqualTo(NOW + 5);
    }

    @Test
    void recordsThatLieInTheLogFromOneLookToTheNextAreWaitedFor() {
        assignment.opened(new Start(7));
        assignment.seen(9, NOW);
        assertThat(assignment.unreadSinceMs).isZero();
        assignment.seen(9, NOW + 10);
        assertThat(assignment.unreadSinceMs).isEqualTo(NOW);
        assignment.seen(12, NOW + 20);
        assertThat(assignment.unreadSinceMs).isEqualTo(NOW);
        taken(9);
        assignment.seen(12, NOW + 30);
        assertThat(assignment.unreadSinceMs).isZero();
    }

    @Test
    void whatIsAtWorkOrAtItsEndIsNotWaitedFor() {
        assignment.opened(new Start(7));
        assignment.seen(7, NOW);
        assignment.seen(9, NOW + 10);
        assertThat(assignment.unreadSinceMs).isZero();
        assignment.handedOver(new Assignment.Batch(8, 1, 1, Optional.empty()), NOW);
        assignment.seen(9, NOW + 20);
        assignment.seen(9, NOW + 30);
        assertThat(assignment.unreadSinceMs).isZero();
    }
}
