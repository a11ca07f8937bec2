package io.meridian.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SeqTest {
    @Test
    void highestPositionIsWhatAJavaScriptNumberHolds() {
        long lastEpoch = (1L << 17) - 1;
        assertThat(Seq.start(lastEpoch) + (1L << Seq.NUMBER_BITS) - 1).isEqualTo(Seq.MAX);
        assertThatThrownBy(() -> Seq.start(lastEpoch + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void twoRegionsNeverShareAnEpoch(
            @ForAll @IntRange(max = 1000) int k,
            @ForAll @IntRange(max = 1000) int l,
            @ForAll @IntRange(max = 15) int one,
            @ForAll @IntRange(max = 15) int other) {
        if (one != other) {
            assertThat(Seq.epochOf(k, one)).isNotEqualTo(Seq.epochOf(l, other));
        }
    }

    @Property
    void nextPositionsGrowInTheEpochAndShareABucket(
            @ForAll @LongRange(max = 100) long epoch,
            @ForAll @LongRange(max = 1L << 30) long n,
            @ForAll @IntRange(min = 1, max = 512) int count) {
        long last = Seq.start(epoch) + n;
        long first = Seq.next(last, epoch, count);
        assertThat(first).isGreaterThan(last);
        assertThat(Seq.epoch(first)).isEqualTo(epoch);
        assertThat(Seq.bucket(first)).isEqualTo(Seq.bucket(first + count - 1));
        assertThat(Seq.next(last, epoch + 1, count)).isGreaterThan(Seq.start(epoch + 1));
    }
}
