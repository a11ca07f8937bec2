package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.conversation.Events;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SyncPageTest {
    private final SyncPage page = new SyncPage();

    private static List<StoredEvent> events(int count, String content) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(seq -> Events.message(seq, seq - 1, content))
                .toList();
    }

    @Test
    void pageEndsAtItsNumberOfEvents() {
        assertThat(page.take(Events.CONVERSATION, 0, events(201, "x"))).isFalse();
        assertThat(page.cut()).isTrue();
        assertThat(page.next("t")).isEqualTo(new Cursors.Sync(Events.CONVERSATION.value(), SyncPage.MAX_EVENTS, "t"));
    }

    @Test
    void pageEndsAtItsSizeButHoldsAtLeastOneEvent() {
        assertThat(page.take(Events.CONVERSATION, 0, events(30, "x".repeat(60_000))))
                .isFalse();

        assertThat(page.next("t").seq()).isBetween(15L, 18L);
    }

    @Test
    void pageWithEventsIsNotTheLastForItsAnswerMayGetLost() {
        assertThat(page.last(false, "token")).isTrue();
        assertThat(page.last(true, "token")).isFalse();
        page.take(Events.CONVERSATION, 0, events(1, "x"));
        page.passed(Events.CONVERSATION);

        assertThat(page.last(false, "token")).isFalse();
        assertThat(page.last(false, "")).as("the inbox holds what gets lost").isTrue();
    }

    @Test
    void finishedConversationIsPassed() {
        assertThat(page.take(Events.CONVERSATION, 0, events(3, "x"))).isTrue();
        page.passed(Events.CONVERSATION);

        assertThat(page.cut()).isFalse();
        assertThat(page.next("t").seq()).isEqualTo(Seq.MAX);
    }
}
