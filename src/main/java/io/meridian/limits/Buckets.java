package io.meridian.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The buckets of one limit, by key; a new one is full. Thread-safe, without waiting. */
final class Buckets {
    /** About 350 bytes each with key and place in the table: 35 MB when all are in use, which takes an attack. */
    private static final int MAX_BUCKETS = 100_000;
    /** Beyond the time in which it is full again nothing is lost with a bucket. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Bandwidth bandwidth;
    private final int burst;
    private final TimeMeter time;
    private final Cache<String, Bucket> buckets;

    Buckets(Rate rate, LongSupplier nanoTime) {
        this.bandwidth = Bandwidth.builder()
                .capacity(rate.burst())
                .refillGreedy(1, rate.period())
                .build();
        this.burst = rate.burst();
        this.time = new Nanos(nanoTime);
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MAX_BUCKETS)
                .expireAfterAccess(rate.untilFull().plus(MARGIN))
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    private record Nanos(LongSupplier nanoTime) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanoTime.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    /** 0: all taken; else the nanoseconds until there are as many to take. More than a burst is a burst. */
    long take(String key, int tokens) {
        ConsumptionProbe probe = buckets.get(key, this::full).tryConsumeAndReturnRemaining(Math.min(tokens, burst));
        return probe.isConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill());
    }

    /** 0: there is one to take; else the nanoseconds until then. */
    long untilNext(String key) {
        Bucket bucket = buckets.getIfPresent(key);
        return bucket == null ? 0 : bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
    }

    void giveBack(String key, int tokens) {
        Bucket bucket = buckets.getIfPresent(key);
        if (bucket != null) {
            bucket.addTokens(Math.min(tokens, burst));
        }
    }

    /**
     * Takes what was had elsewhere, even if it is not there; but a debt is never larger than a burst. Who has no bucket here
     * takes nothing here.
     */
    void takeElsewhere(String key, long tokens) {
        Bucket bucket = buckets.getIfPresent(key);
        if (bucket != null) {
            long most = Math.min(tokens, bucket.getAvailableTokens() + burst);
            if (most > 0) {
                bucket.consumeIgnoringRateLimits(most);
            }
        }
    }

    private Bucket full(String key) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(bandwidth)
                .build();
    }
}
