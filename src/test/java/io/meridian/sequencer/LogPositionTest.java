package io.meridian.sequencer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.log.BrokenLogException;
import io.meridian.log.Committed;
import io.meridian.region.Ownerships;
import io.meridian.store.Checkpoint;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogPositionTest {
    private static final Ownerships OWNED = Ownerships.UNKNOWN.with(Commands.OWNED);

    private static final Optional<Integer> EPOCH = Optional.of(3);

    private static String metadata(String log) {
        return new LogPosition(log, 0, EPOCH, OWNED).metadata();
    }

    @Test
    void logThatNobodyHasReadIsReadFromItsBeginning() {
        assertThat(LogPosition.choose("t/0", Optional.empty(), Optional.empty(), 3, 9))
                .isEqualTo(LogPosition.unseen("t/0", 3));
    }

    @Test
    void higherOfCommitAndCheckpointCounts() {
        var committed = Optional.of(new Committed(5, metadata("t/0")));
        var checkpoint = Optional.of(new Checkpoint(7, metadata("t/0")));
        assertThat(LogPosition.choose("t/0", committed, checkpoint, 0, 9))
                .isEqualTo(new LogPosition("t/0", 7, EPOCH, OWNED));
        assertThat(LogPosition.choose("t/0", committed, Optional.empty(), 0, 9).offset())
                .isEqualTo(5);
        assertThat(LogPosition.choose("t/0", Optional.empty(), checkpoint, 0, 9).offset())
                .isEqualTo(7);
    }

    @Test
    void commitOfATopicThatWasMadeAgainSinceDoesNotCount() {
        var committed = Optional.of(new Committed(5, metadata("old/0")));
        assertThat(LogPosition.choose("t/0", committed, Optional.empty(), 0, 2))
                .isEqualTo(LogPosition.unseen("t/0", 0));
    }

    @Test
    void logThatEndsBelowThePositionStops() {
        var checkpoint = Optional.of(new Checkpoint(7, metadata("t/0")));
        assertThatThrownBy(() -> LogPosition.choose("t/0", Optional.empty(), checkpoint, 0, 6))
                .isInstanceOf(BrokenLogException.class)
                .hasMessageContaining("cut off");
    }

    @Test
    void leaderOfTheRecordBelowIsPartOfThePosition() {
        var first = new LogPosition("t/0", 7, Optional.empty(), OWNED);
        var checkpoint = Optional.of(new Checkpoint(7, metadata("t/0")));
        assertThat(LogPosition.choose("t/0", Optional.empty(), checkpoint, 0, 7).leaderEpoch())
                .isEqualTo(EPOCH);
        var unknown = Optional.of(new Checkpoint(7, first.metadata()));
        assertThat(LogPosition.choose("t/0", Optional.empty(), unknown, 0, 7)).isEqualTo(first);
    }

    @Test
    void logWhoseRecordsExpiredUnreadStops() {
        var checkpoint = Optional.of(new Checkpoint(7, metadata("t/0")));
        assertThatThrownBy(() -> LogPosition.choose("t/0", Optional.empty(), checkpoint, 8, 9))
                .isInstanceOf(BrokenLogException.class)
                .hasMessageContaining("expired unread");
    }
}
