package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What bounds a connection, both ways. */
class FlowTest {
    private final List<String> taken = new ArrayList<>();

    private static List<byte[]> frames(String... texts) {
        return List.of(texts).stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void aQueueThatWasFullSaysOnceThatItHasDrained() {
        WriteQueue queue = new WriteQueue();
        queue.add(WriteQueue.FULL - 1);
        assertThat(queue.full()).isFalse();
        assertThat(queue.taken(WriteQueue.FULL - 1)).as("was never full").isFalse();
        queue.add(WriteQueue.FULL);
        assertThat(queue.full()).isTrue();
        assertThat(queue.taken(1)).isFalse();
        assertThat(queue.taken(WriteQueue.FULL / 2)).isTrue();
        assertThat(queue.taken(1)).isFalse();
        assertThat(queue.over()).isFalse();
        queue.add(WriteQueue.MAX);
        assertThat(queue.over()).isTrue();
    }

    @Test
    void framesWithoutAnswerAreBoundedInNumberAndInBytes() {
        Unanswered many = new Unanswered();
        for (int i = 1; i < Unanswered.MAX_FRAMES; i++) {
            many.taken(1);
        }
        assertThat(many.tooMany()).isFalse();
        many.taken(1);
        assertThat(many.tooMany()).isTrue();
        for (int i = 0; i < Unanswered.MAX_FRAMES / 2; i++) {
            assertThat(many.few()).isFalse();
            many.answered(1);
        }
        assertThat(many.few()).isTrue();

        Unanswered large = new Unanswered();
        large.taken(Unanswered.MAX_BYTES);
        assertThat(large.tooMany()).isTrue();
        large.answered(Unanswered.MAX_BYTES);
        assertThat(large.few()).isTrue();
    }

    @Test
    void whatCameTogetherIsHandedOnUntilSomebodySaysStop() {
        Inbound[] inbound = new Inbound[1];
        List<String> ends = new ArrayList<>();
        inbound[0] = new Inbound(frame -> {
            taken.add(new String(frame, StandardCharsets.UTF_8));
            if (taken.size() == 2) {
                inbound[0].pause();
            }
        });

        inbound[0].offer(frames("1", "2", "3", "4"), () -> ends.add("taken"));
        assertThat(taken).containsExactly("1", "2");
        assertThat(ends).isEmpty();
        inbound[0].resume();

        assertThat(taken).containsExactly("1", "2", "3", "4");
        assertThat(ends).containsExactly("taken");
    }

    @Test
    void whoResumesWhileTakingGetsEveryFrameOnceAndInOrder() {
        Inbound[] inbound = new Inbound[1];
        inbound[0] = new Inbound(frame -> {
            inbound[0].pause();
            inbound[0].resume();
            taken.add(new String(frame, StandardCharsets.UTF_8));
        });

        inbound[0].offer(frames("1", "2", "3"), () -> taken.add("end"));

        assertThat(taken).containsExactly("1", "2", "3", "end");
    }

    @Test
    void whatIsDroppedIsTakenToo() {
        Inbound inbound = new Inbound(frame -> taken.add("frame"));
        inbound.pause();
        inbound.offer(frames("1", "2"), () -> taken.add("end"));

        inbound.clear();

        assertThat(taken).containsExactly("end");
    }

    @Test
    void noticesThatNobodyReadsAreReplacedByNewerOnesAndBoundedInBytes() {
        WriteQueue queue = new WriteQueue();
        RecordingTransport transport = new RecordingTransport(queue);
        Notices notices = new Notices(transport);
        queue.add(WriteQueue.FULL);
        for (int i = 0; i < 1_000; i++) {
            assertThat(notices.offer("a", "newest is " + i)).isTrue();
        }
        assertThat(notices.bytes()).isEqualTo("newest is 999".length());
        String large = "x".repeat(1024);
        boolean bounded = true;
        int kept = 0;
        while (bounded && kept < 10_000) {
            bounded = notices.offer("k" + kept++, large);
        }
        assertThat(kept).isEqualTo(Notices.MAX_BYTES / 1024);

        queue.taken(WriteQueue.FULL);
        notices.drained();
        assertThat(transport.sent.get(0)).isEqualTo("newest is 999");
        assertThat(notices.bytes()).isZero();
    }
}
