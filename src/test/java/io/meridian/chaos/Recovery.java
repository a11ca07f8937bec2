package io.meridian.chaos;

import io.meridian.testing.Observation;
import io.meridian.testing.Observation.Acknowledged;
import io.meridian.testing.Observation.SendKey;
import io.meridian.testing.Observation.Sent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * How long work stood still, read from what clients saw. Pure.
 *
 * @param everywhere from the strike until in every conversation a message was acknowledged that was written after it
 * @param anywhere the same for the first conversation
 * @param acknowledged messages in all
 * @param medianMs time from first writing a message to its acknowledgement, with all waits for connections
 */
record Recovery(Duration everywhere, Duration anywhere, int acknowledged, double medianMs, double p99Ms) {
    static Recovery since(long strikeNs, List<Observation> observations, List<String> conversations) {
        Map<SendKey, Long> written = new HashMap<>();
        Map<String, Long> first = new HashMap<>();
        Map<SendKey, Long> latencies = new HashMap<>();
        for (Observation observation : observations) {
            if (observation instanceof Sent sent) {
                written.putIfAbsent(sent.key(), sent.atNs());
            } else if (observation instanceof Acknowledged done && written.containsKey(done.key())) {
                long at = written.get(done.key());
                latencies.putIfAbsent(done.key(), done.atNs() - at);
                if (at > strikeNs) {
                    first.putIfAbsent(done.key().conversationId(), done.atNs() - strikeNs);
                }
            }
        }
        long[] sorted =
                latencies.values().stream().mapToLong(Long::longValue).sorted().toArray();
        long never = Duration.ofDays(1).toNanos();
        LongStream last = conversations.stream().mapToLong(id -> first.getOrDefault(id, never));
        return new Recovery(
                Duration.ofNanos(last.max().orElse(never)),
                Duration.ofNanos(
                        first.values().stream().mapToLong(Long::longValue).min().orElse(never)),
                sorted.length,
                percentile(sorted, 0.5),
                percentile(sorted, 0.99));
    }

    private static double percentile(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                "first acknowledgement after %.1f s, in every conversation after %.1f s; %d messages, p50 %.0f ms, p99 %.0f ms",
                anywhere.toMillis() / 1e3, everywhere.toMillis() / 1e3, acknowledged, medianMs, p99Ms);
    }
}
