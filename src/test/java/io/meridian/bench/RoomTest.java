package io.meridian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A room of three: the first sends, the others get; positions in tens, each after the one before. */
class RoomTest {
    private final Room room = new Room("c", 3);

    @Test
    void whatArrivesWholeIsCountedOnce() {
        send(0, 10, 20, 30);
        receive(1, 10, 20, 30);
        receive(2, 10, 20, 30);
        assertThat(room.mayBeComplete()).isTrue();
        assertThat(room.counts()).isEqualTo(new Counts(3, 6, 6, 0, 0, 0, 0));
    }

    @Test
    void whatOneDeviceMissesIsLostAndAGap() {
        send(0, 10, 20, 30);
        receive(1, 10, 20, 30);
        receive(2, 10, 30);
        assertThat(room.mayBeComplete()).isFalse();
        assertThat(room.counts().lost()).isEqualTo(1);
        assertThat(room.counts().gaps()).isEqualTo(1);
    }

    @Test
    void whatComesTwiceIsADuplicateAndMakesUpForNothing() {
        send(0, 10, 20);
        receive(1, 10, 20);
        receive(2, 10, 10);
        assertThat(room.counts()).isEqualTo(new Counts(2, 4, 3, 1, 0, 0, 0));
    }

    @Test
    void aDuplicateOfSomethingOlderIsNotOutOfOrder() {
        send(0, 10, 20, 30);
        receive(1, 10, 20, 30, 10);
        assertThat(room.counts().duplicated()).isEqualTo(1);
        assertThat(room.counts().outOfOrder()).isZero();
    }

    @Test
    void whatComesLateIsOutOfOrderButNotLost() {
        send(0, 10, 20, 30);
        receive(1, 10, 30, 20);
        receive(2, 10, 20, 30);
        assertThat(room.counts()).isEqualTo(new Counts(3, 6, 6, 0, 1, 0, 0));
    }

    @Test
    void anAnswerThatComesAgainCountsOnce() {
        send(0, 10);
        send(0, 10);
        assertThat(room.counts().acknowledged()).isEqualTo(1);
    }

    @Test
    void membersTakeTurnsAndNobodyGetsHisOwn() {
        send(0, 10);
        send(1, 20);
        receive(0, 20);
        receive(1, 10);
        receive(2, 10, 20);
        assertThat(room.counts()).isEqualTo(new Counts(2, 4, 4, 0, 0, 0, 0));
    }

    @Test
    void whatIsSentOverHttpGoesToItsSenderToo() {
        room.acknowledged(Room.NO_DEVICE, 10, 0);
        receive(0, 10);
        receive(1, 10);
        assertThat(room.counts().lost()).isEqualTo(1);
        receive(2, 10);
        assertThat(room.counts()).isEqualTo(new Counts(1, 3, 3, 0, 0, 0, 0));
    }

    @Test
    void whatWasNeverAcknowledgedIsTold() {
        receive(1, 10);
        receive(2, 10);
        assertThat(room.counts()).isEqualTo(new Counts(0, 0, 0, 0, 0, 0, 2));
    }

    private void send(int member, long... seqs) {
        for (long seq : seqs) {
            room.acknowledged(member, seq, seq - 10);
        }
    }

    private void receive(int member, long... seqs) {
        for (long seq : seqs) {
            room.received(member, seq, seq - 10);
        }
    }
}
