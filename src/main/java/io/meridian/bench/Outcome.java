package io.meridian.bench;

import java.util.Map;
import java.util.TreeMap;

/**
 * What one count found, of one event loop or of all.
 *
 * @param accepted answers {@code message_accepted}, which end nothing
 * @param refused answered with an error, or not sent for want of a connection
 * @param lag how late the generator itself was, in handing a message to its socket
 * @param errors by code, closed connections as {@code closed_CODE}
 * @param lastArrivalNs when the last acknowledgement or delivery came
 */
record Outcome(
        long offered,
        long accepted,
        long refused,
        Counts counts,
        Latencies acknowledgements,
        Latencies deliveries,
        Latencies lag,
        Map<String, Long> errors,
        long lastArrivalNs) {
    Outcome plus(Outcome other) {
        Map<String, Long> all = new TreeMap<>(errors);
        other.errors.forEach((code, count) -> all.merge(code, count, Long::sum));
        return new Outcome(
                offered + other.offered,
                accepted + other.accepted,
                refused + other.refused,
                counts.plus(other.counts),
                acknowledgements.plus(other.acknowledgements),
                deliveries.plus(other.deliveries),
                lag.plus(other.lag),
                all,
                Math.max(lastArrivalNs, other.lastArrivalNs));
    }
}
