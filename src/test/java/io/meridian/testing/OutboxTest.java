package io.meridian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutboxTest {
    private final Outbox outbox = new Outbox(10_000);

    @Test
    void aSendGoesOutAgainUnchangedAfterTenSecondsWithoutAnAnswer() {
        outbox.store("a", "c", "hello", "frame", 0);
        assertThat(outbox.takeDue(0)).extracting(Outbox.Pending::frame).containsExactly("frame");
        assertThat(outbox.takeDue(9_999)).isEmpty();
        assertThat(outbox.takeDue(10_000)).extracting(Outbox.Pending::frame).containsExactly("frame");
    }

    @Test
    void aNewConnectionMakesEverythingDueInItsFirstOrder() {
        outbox.store("a", "c", "1", "1", 0);
        outbox.store("b", "c", "2", "2", 0);
        outbox.takeDue(0);
        outbox.connected(50);
        assertThat(outbox.takeDue(50))
                .extracting(Outbox.Pending::clientMessageId)
                .containsExactly("a", "b");
    }

    @Test
    void anAnswerEndsASendOnce() {
        outbox.store("a", "c", "1", "1", 0);
        assertThat(outbox.sent("a")).isPresent();
        assertThat(outbox.sent("a")).isEmpty();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void unavailableIsTriedAgainWhenItSaysSoAndAFinalErrorIsNot() {
        outbox.store("a", "c", "1", "1", 0);
        outbox.takeDue(0);
        assertThat(outbox.failed("a", "unavailable", 300, 100)).isEmpty();
        assertThat(outbox.takeDue(399)).isEmpty();
        assertThat(outbox.takeDue(400)).hasSize(1);
        assertThat(outbox.failed("a", "not_a_member", 0, 500)).isPresent();
        assertThat(outbox.isEmpty()).isTrue();
    }
}
