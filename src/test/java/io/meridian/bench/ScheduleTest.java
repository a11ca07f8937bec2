package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void messagesAreSpreadEvenlyAndRoundingDoesNotAddUp() {
        Schedule schedule = Schedule.of(300, 30);
        assertThat(schedule.messages()).isEqualTo(9_000);
        assertThat(schedule.dueNs(0)).isZero();
        assertThat(schedule.dueNs(1)).isEqualTo(3_333_333);
        assertThat(schedule.dueNs(9_000)).isEqualTo(30_000_000_000L);
    }

    @Test
    void everyMemberOfEveryRoomSendsItsShare() {
        Schedule schedule = Schedule.of(100, 12);
        int[][] sent = new int[4][3];
        for (long k = 0; k < schedule.messages(); k++) {
            sent[schedule.room(k, 4)][schedule.sender(k, 4, 3)]++;
        }
        assertThat(Arrays.stream(sent).flatMapToInt(Arrays::stream).toArray()).containsOnly(100);
    }

    @Test
    void oneThatNeverSendsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Schedule.of(0, 10));
    }
}
