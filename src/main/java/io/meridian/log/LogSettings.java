package io.meridian.log;

import java.time.Duration;

/**
 * The region's Kafka.
 *
 * @param partitions of every log; fixed for life, for a partition is an order
 * @param appendTimeout how long an append may take before the sender is told {@code unavailable}
 */
public record LogSettings(
        String bootstrapServers,
        int partitions,
        short replicationFactor,
        int minInsyncReplicas,
        Duration appendTimeout) {
    /** 1,024: each costs a file handle and a little memory at broker and sequencer; more orders than that buy nothing. */
    private static final int MAX_PARTITIONS = 1024;

    public LogSettings {
        require(
                bootstrapServers != null && !bootstrapServers.isBlank(),
                "kafka.bootstrap-servers",
                bootstrapServers,
                "name host:port of at least one broker");
        require(
                partitions >= 1 && partitions <= MAX_PARTITIONS,
                "kafka.partitions",
                partitions,
                "choose 1 to " + MAX_PARTITIONS + ", once and for all");
        require(
                replicationFactor >= 1,
                "kafka.replication-factor",
                replicationFactor,
                "use 3 in production, 1 on one machine");
        require(
                minInsyncReplicas >= 1 && minInsyncReplicas <= replicationFactor,
                "kafka.min-insync-replicas",
                minInsyncReplicas,
                "use 2 with three brokers, never more than kafka.replication-factor");
        require(
                appendTimeout.toMillis() >= KafkaConfig.REQUEST_TIMEOUT_MS,
                "kafka.append-timeout",
                appendTimeout,
                "use at least " + KafkaConfig.REQUEST_TIMEOUT_MS / 1000 + "s, the time of one try");
    }

    private static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException("meridian." + key + " = " + value + ": " + remedy);
        }
    }
}
