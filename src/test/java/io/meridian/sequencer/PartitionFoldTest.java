package io.meridian.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.log.AssignedLog;
import io.meridian.log.LogEntry;
import io.meridian.message.CommandCodec;
import io.meridian.message.LogRecord;
import io.meridian.message.Ownership;
import io.meridian.region.Ownerships;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartitionFoldTest {
    private static final Ownerships OWNED = Ownerships.UNKNOWN.with(Commands.OWNED);
    private static final Ownership LATER = new Ownership(Commands.US, Commands.OWNED.epoch() + 16, Commands.US);

    private boolean broken;

    private final AssignedLog log = new AssignedLog() {
        @Override
        public String log() {
            if (broken) {
                broken = false;
                throw new IllegalStateException("a mistake of ours");
            }
            return Commands.LOG;
        }

        @Override
        public int partition() {
            return 0;
        }

        @Override
        public boolean ours() {
            return true;
        }

        @Override
        public void reopen() {}
    };

    private final PartitionFold fold =
            new PartitionFold(log, new LogPosition(Commands.LOG, 10, Optional.of(2), OWNED), null, null, null);

    private static LogEntry entry(long offset, int leaderEpoch, LogRecord record) {
        return new LogEntry(offset, 0, new byte[0], CommandCodec.encode(record), Map.of(), Optional.of(leaderEpoch));
    }

    @Test
    void positionSaysWhoLedTheLogWhenTheRecordBelowItWasWritten() {
        assertThat(fold.position(10)).isEqualTo(new LogPosition(Commands.LOG, 10, Optional.of(2), OWNED));
        fold.process(List.of(entry(10, 2, Commands.OWNED), entry(11, 2, LATER), entry(12, 5, LATER)));
        assertThat(fold.position(11)).isEqualTo(new LogPosition(Commands.LOG, 11, Optional.of(2), OWNED));
        assertThat(fold.position(12)).isEqualTo(new LogPosition(Commands.LOG, 12, Optional.of(2), OWNED.with(LATER)));
        assertThat(fold.position(13)).isEqualTo(new LogPosition(Commands.LOG, 13, Optional.of(5), OWNED.with(LATER)));
        fold.committed(13);
        assertThat(fold.position(13).leaderEpoch()).contains(5);
    }

    @Test
    void nothingOvertakesARecordThatCouldNotBeTaken() {
        broken = true;
        Future<Void> failed = fold.process(List.of(entry(10, 2, Commands.create(Commands.BOB))));
        Future<Void> behind = fold.process(List.of(entry(11, 2, Commands.send(Commands.ANN, "m"))));
        assertThat(failed.failed()).isTrue();
        assertThat(behind.failed()).isTrue();
    }
}
