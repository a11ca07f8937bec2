package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.delivery.DeliveryId;
import io.meridian.gateway.InboxPosition.Step;
import org.junit.jupiter.api.Test;

class InboxPositionTest {
    private final InboxPosition position = new InboxPosition();

    private static DeliveryId id(long entry) {
        return new DeliveryId(7, entry);
    }

    /** The backlog is one entry, {@code 7-0}, and has been sent. */
    private void live() {
        position.sending(id(0), false);
        assertThat(position.read(false)).isEqualTo(Step.CAUGHT_UP);
    }

    @Test
    void entryThatFollowsTheLastOneIsSentAtOnce() {
        live();

        assertThat(position.hint(id(1))).isEqualTo(Step.SEND);
        position.sending(id(1), false);
        assertThat(position.hint(id(2))).isEqualTo(Step.SEND);
    }

    @Test
    void entryBehindAGapIsFoundByReading() {
        live();

        assertThat(position.hint(id(2))).isEqualTo(Step.READ);
        assertThat(position.hint(id(3))).as("one read at a time").isEqualTo(Step.NOTHING);
    }

    @Test
    void entrySentBeforeIsNotSentAgain() {
        live();

        assertThat(position.hint(id(0))).isEqualTo(Step.NOTHING);
        assertThat(position.wants(id(0))).isFalse();
        assertThat(position.hint(new DeliveryId(6, 9)))
                .as("of an earlier generation")
                .isEqualTo(Step.NOTHING);
    }

    @Test
    void newGenerationIsRead() {
        live();

        assertThat(position.hint(new DeliveryId(8, 0))).isEqualTo(Step.READ);
    }

    @Test
    void hintThatCameTooLateForTheReadUnderWayLeadsToAnother() {
        position.hint(id(3));
        position.sending(id(0), false);

        assertThat(position.read(false)).isEqualTo(Step.READ);
        position.sending(id(3), false);
        assertThat(position.read(false)).isEqualTo(Step.CAUGHT_UP);
    }

    @Test
    void hintOfWhatTheReadFoundLeadsToNoOther() {
        position.hint(id(0));
        position.sending(id(0), false);

        assertThat(position.read(false)).isEqualTo(Step.CAUGHT_UP);
    }

    @Test
    void hintOfAnEntryThatIsNowhereDoesNotReadForEver() {
        position.hint(id(99));

        assertThat(position.read(false)).isEqualTo(Step.READ);
        assertThat(position.read(false)).isEqualTo(Step.CAUGHT_UP);
    }

    @Test
    void fullSocketIsServedFromTheStreamWhenItDrains() {
        live();
        position.sending(id(1), true);

        assertThat(position.hint(id(2))).isEqualTo(Step.NOTHING);
        assertThat(position.wants(id(2))).isFalse();
        assertThat(position.drained()).isEqualTo(Step.READ);
        assertThat(position.sent()).isEqualTo(id(1));
        assertThat(position.drained()).as("reading already").isEqualTo(Step.NOTHING);
    }

    @Test
    void socketThatFillsWithinAPageEndsThePage() {
        position.sending(id(0), true);

        assertThat(position.read(true)).isEqualTo(Step.NOTHING);
        assertThat(position.drained()).isEqualTo(Step.READ);
    }

    @Test
    void heartbeatFindsWhatNoHintTold() {
        live();

        assertThat(position.heard(id(0))).isEqualTo(Step.NOTHING);
        assertThat(position.heard(id(1))).isEqualTo(Step.READ);
    }

    @Test
    void acknowledgementIsClampedToWhatWasSent() {
        assertThat(position.acknowledge(id(5))).as("nothing was sent").isEmpty();
        live();
        position.sending(id(1), false);

        assertThat(position.acknowledge(id(0))).contains(id(0));
        assertThat(position.acknowledge(id(5))).contains(id(1));
        assertThat(position.acknowledge(new DeliveryId(9, 0)))
                .as("acknowledged already")
                .isEmpty();
        assertThat(position.acknowledge(id(0))).isEmpty();
    }

    @Test
    void acknowledgementOfAnEarlierGenerationIsDropped() {
        live();
        position.sending(new DeliveryId(8, 0), false);

        assertThat(position.acknowledge(id(0))).isEmpty();
        assertThat(position.acknowledge(new DeliveryId(8, 0))).contains(new DeliveryId(8, 0));
    }
}
