package io.meridian.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.log.AssignedLog;
import io.meridian.log.LogEntry;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnreadableEventsTest {
    private static final AssignedLog LOG = new Log("topic/0", 0);
    private static final AssignedLog OTHER = new Log("topic/1", 1);

    private final List<Long> letters = new ArrayList<>();
    private final Deque<Future<Void>> flags = new ArrayDeque<>();
    private int flagged;
    private final UnreadableEvents unreadable = new UnreadableEvents(this::letter, this::flag);

    private record Log(String log, int partition) implements AssignedLog {
        @Override
        public boolean ours() {
            return true;
        }

        @Override
        public void reopen() {}
    }

    @Test
    void allOfABatchAreDeadLettersAndOneFlag() {
        assertThat(unreadable.settle(LOG, records(5, 9)).succeeded()).isTrue();

        assertThat(letters).containsExactly(5L, 9L);
        assertThat(flagged).isOne();
        assertThat(unreadable.isSettled(LOG, entry(5))).isTrue();
        assertThat(unreadable.isSettled(LOG, entry(9))).isTrue();
        assertThat(unreadable.isSettled(LOG, entry(10))).isFalse();
        assertThat(unreadable.isSettled(OTHER, entry(5))).isFalse();
    }

    @Test
    void whatCouldNotBeFlaggedIsNotSettled() {
        flags.add(Future.failedFuture("the store is out"));

        assertThat(unreadable.settle(LOG, records(5)).failed()).isTrue();

        assertThat(unreadable.isSettled(LOG, entry(5))).isFalse();
        assertThat(unreadable.settle(LOG, records(5)).succeeded()).isTrue();
        assertThat(unreadable.isSettled(LOG, entry(5))).isTrue();
    }

    private Future<Void> letter(String topic, AssignedLog log, LogEntry entry, String why) {
        letters.add(entry.offset());
        return Future.succeededFuture();
    }

    private Future<Void> flag() {
        flagged++;
        return flags.isEmpty() ? Future.succeededFuture() : flags.poll();
    }

    private static List<ReadBatch.Unreadable> records(long... offsets) {
        return Arrays.stream(offsets)
                .mapToObj(offset -> new ReadBatch.Unreadable(entry(offset), "why"))
                .toList();
    }

    private static LogEntry entry(long offset) {
        return new LogEntry(offset, 0, new byte[0], new byte[0], Map.of());
    }
}
