package io.meridian.bench;

/**
 * What became of the messages of a run, exactly.
 *
 * @param acknowledged answered with {@code message_sent}, each once
 * @param expected deliveries that follow from it: to each member's device but the one that sent it
 * @param delivered how many of those arrived, each counted once
 * @param duplicated arrivals of a position that the device held already
 * @param outOfOrder arrivals below a position that the device held already
 * @param gaps events whose {@code prevSeq} the device does not hold
 * @param unacknowledged deliveries of messages whose acknowledgement never came
 */
record Counts(
        long acknowledged,
        long expected,
        long delivered,
        long duplicated,
        long outOfOrder,
        long gaps,
        long unacknowledged) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);

    Counts plus(Counts other) {
        return new Counts(
                acknowledged + other.acknowledged,
                expected + other.expected,
                delivered + other.delivered,
                duplicated + other.duplicated,
                outOfOrder + other.outOfOrder,
                gaps + other.gaps,
                unacknowledged + other.unacknowledged);
    }

    long lost() {
        return expected - delivered;
    }
}
