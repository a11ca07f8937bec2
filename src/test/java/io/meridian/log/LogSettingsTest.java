package io.meridian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

class LogSettingsTest {
    private static LogSettings settings(Duration appendTimeout) {
        return new LogSettings("127.0.0.1:9092", 1, (short) 1, 1, appendTimeout);
    }

    /** Kafka's client refuses a delivery that ends before its first try does; with a message about other keys. */
    @Test
    void shortestAppendTimeoutIsOneThatTheClientTakes() {
        LogSettings shortest = settings(Duration.ofMillis(2_000));
        try (var producer = new KafkaProducer<byte[], byte[]>(new HashMap<String, Object>(
                KafkaConfig.producer(shortest, shortest.appendTimeout().toMillis())))) {
            assertThat(producer).isNotNull();
        }
        assertThatThrownBy(() -> settings(Duration.ofMillis(1_999)))
                .hasMessageContaining("meridian.kafka.append-timeout")
                .hasMessageContaining("at least 2s");
    }
}
