package io.meridian.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChainTest {

    private static List<Long> seqs(List<StoredEvent> events) {
        return events.stream().map(StoredEvent::seq).toList();
    }

    @Test
    void numbersMayJumpAsLongAsNothingIsMissing() {
        List<StoredEvent> events = List.of(Events.message(5, 3), Events.message(9, 5), Events.message(1024, 9));

        assertThat(Chain.forward(events, 3)).isEqualTo(events);
        assertThat(Chain.backward(events, 1024)).isEqualTo(events);
        assertThat(Chain.backward(events, 0)).isEqualTo(events);
    }

    @Test
    void pageEndsBeforeTheGap() {
        List<StoredEvent> events = List.of(Events.message(5, 3), Events.message(9, 7), Events.message(10, 9));

        assertThat(seqs(Chain.forward(events, 3))).containsExactly(5L);
        assertThat(seqs(Chain.forward(events, 2)))
                .as("something is missing before the first")
                .isEmpty();
        assertThat(seqs(Chain.backward(events, 0))).containsExactly(9L, 10L);
        assertThat(seqs(Chain.backward(events, 11)))
                .as("something is missing behind the last")
                .isEmpty();
    }

    @Test
    void lateEventThatWasPutInBetweenIsNoGap() {
        List<StoredEvent> events = List.of(Events.message(4, 3), Events.message(6, 4), Events.message(70, 4));

        assertThat(Chain.forward(events, 3)).isEqualTo(events);
        assertThat(Chain.backward(events, 70)).isEqualTo(events);
    }

    @Property
    void whatIsShownHasNoGapAndNothingIsHeldBackWithoutOne(
            @ForAll @Size(min = 1, max = 30) Set<@IntRange(min = 1, max = 200) Integer> all,
            @ForAll Set<@IntRange(min = 1, max = 200) Integer> missing) {
        List<StoredEvent> written = new ArrayList<>();
        long before = 0;
        for (int seq : new TreeSet<>(all)) {
            written.add(Events.message(seq, before));
            before = seq;
        }
        List<StoredEvent> arrived = written.stream()
                .filter(event -> !missing.contains((int) event.seq()))
                .toList();
        int firstMissing = 0;
        while (firstMissing < written.size() && arrived.contains(written.get(firstMissing))) {
            firstMissing++;
        }
        int lastMissing = written.size() - 1;
        while (lastMissing >= 0 && arrived.contains(written.get(lastMissing))) {
            lastMissing--;
        }

        assertThat(Chain.forward(arrived, 0)).isEqualTo(written.subList(0, firstMissing));
        assertThat(Chain.backward(arrived, before)).isEqualTo(written.subList(lastMissing + 1, written.size()));
    }
}
