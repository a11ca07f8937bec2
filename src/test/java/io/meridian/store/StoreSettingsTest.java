package io.meridian.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreSettingsTest {
    private static final Map<String, Integer> ONE_COPY = Map.of("us-east", 1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Test
    void sensibleSettingsAreTaken() {
        assertThatCode(() -> new StoreSettings(
                        List.of("127.0.0.1:9042", "cassandra-1.local:19042"), "us-east", "meridian", ONE_COPY, TIMEOUT))
                .doesNotThrowAnyException();
    }

    @Test
    void nonsenseIsRefusedWithKeyValueAndRemedy() {
        refused("meridian.cassandra.contact-points", "host:port", List.of(), "us-east", "meridian", ONE_COPY, TIMEOUT);
        refused("localhost", "host:port", List.of("localhost"), "us-east", "meridian", ONE_COPY, TIMEOUT);
        refused("a:70000", "host:port", List.of("a:70000"), "us-east", "meridian", ONE_COPY, TIMEOUT);
        refused("meridian.cassandra.local-datacenter", "name", List.of("a:1"), "", "meridian", ONE_COPY, TIMEOUT);
        refused("Robert'); --", "1 to 48", List.of("a:1"), "us-east", "Robert'); --", ONE_COPY, TIMEOUT);
        refused("meridian.cassandra.replication", "eu a number", List.of("a:1"), "eu", "meridian", ONE_COPY, TIMEOUT);
        refused("us-east=0", "1 or more", List.of("a:1"), "us-east", "meridian", Map.of("us-east", 0), TIMEOUT);
        refused(
                "meridian.cassandra.request-timeout = PT0S",
                "100ms",
                List.of("a:1"),
                "us-east",
                "meridian",
                ONE_COPY,
                Duration.ZERO);
    }

    private static void refused(
            String value,
            String remedy,
            List<String> contactPoints,
            String datacenter,
            String keyspace,
            Map<String, Integer> replication,
            Duration timeout) {
        assertThatThrownBy(() -> new StoreSettings(contactPoints, datacenter, keyspace, replication, timeout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(value, remedy);
    }
}
