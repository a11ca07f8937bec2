package io.meridian.log;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Every setting of the Kafka clients, each with its reason. */
final class KafkaConfig {
    /** Of one try to append; a broker that answers later is as good as out, and the next one may lead by then. */
    static final int REQUEST_TIMEOUT_MS = 2_000;

    private KafkaConfig() {}

    static Properties consumer(LogSettings settings, String group, int sessionTimeoutMs) {
        var config = new Properties();
        config.putAll(common(settings));
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        // a position that is not there must never be replaced silently
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionTimeoutMs);
        // those who stay hear of an orderly leave at their next heartbeat, and have two seconds in all to go on
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "200");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "500");
        // a rebalance moves only the partitions that move; the others go on
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
        return config;
    }

    /** acks=all and the idempotent producer: in order and once per partition, whatever is retried within. */
    static Map<String, String> producer(LogSettings settings, long deliveryTimeoutMs) {
        Map<String, String> config = new HashMap<>(common(settings));
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        config.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, String.valueOf(REQUEST_TIMEOUT_MS));
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, String.valueOf(deliveryTimeoutMs));
        // asked anew after some minutes without a send they would be missing when the broker is out, and every send
        // would wait
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, String.valueOf(Integer.MAX_VALUE));
        // how long a send may wait for metadata or memory, on a worker thread
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "2000");
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(16 << 20));
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        return config;
    }

    static Properties admin(LogSettings settings) {
        var config = new Properties();
        config.putAll(common(settings));
        return config;
    }

    private static Map<String, String> common(LogSettings settings) {
        return Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers(),
                // nobody reads them, and they are a few percent of a node's work
                CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false",
                CommonClientConfigs.AUTO_INCLUDE_JMX_REPORTER_CONFIG, "false",
                // a broker that restarts is tried again at once, not after the client's second
                CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, "50",
                CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "500",
                CommonClientConfigs.METADATA_MAX_AGE_CONFIG, "30000",
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, "10000");
    }
}
