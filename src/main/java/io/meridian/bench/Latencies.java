package io.meridian.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Times with three digits, from 1 µs up. Not thread-safe. */
final class Latencies {
    private static final int DIGITS = 3;
    private static final double NANOS_A_MS = 1e6;
    private static final long NANOS_A_MICRO = 1_000;

    private final Histogram micros;

    Latencies() {
        this(new Histogram(DIGITS));
    }

    private Latencies(Histogram micros) {
        this.micros = micros;
    }

    void record(long ns) {
        micros.recordValue(Math.max(0, ns / NANOS_A_MICRO));
    }

    /** What was recorded so far; changes no more. */
    Latencies copy() {
        return new Latencies(micros.copy());
    }

    /** Both together, as a value of its own. */
    Latencies plus(Latencies other) {
        Histogram sum = micros.copy();
        sum.add(other.micros);
        return new Latencies(sum);
    }

    long count() {
        return micros.getTotalCount();
    }

    /** {@code p50}, {@code p90}, {@code p99}, {@code max} in ms; all null where nothing was recorded. */
    Map<String, Double> toMs() {
        Map<String, Double> ms = new LinkedHashMap<>();
        ms.put("p50", at(50));
        ms.put("p90", at(90));
        ms.put("p99", at(99));
        ms.put("max", at(100));
        return ms;
    }

    private Double at(double percentile) {
        return micros.getTotalCount() == 0
                ? null
                : micros.getValueAtPercentile(percentile) * NANOS_A_MICRO / NANOS_A_MS;
    }
}
