package io.meridian.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void nonsenseIsRefusedWithItsKeyAndTheRemedy() {
        assertThatThrownBy(() -> RedisSettings.single("localhost:6379", SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("meridian.redis.url = localhost:6379")
                .hasMessageContaining("redis://host:port");
        assertThatThrownBy(() -> RedisSettings.single("redis://localhost:6379", Duration.ZERO))
                .hasMessageContaining("meridian.redis.request-timeout");
        assertThatThrownBy(() -> new InboxSettings(0, 10, 8L << 20, SECOND, SECOND, SECOND))
                .hasMessageContaining("meridian.inbox.max-devices = 0");
        assertThatThrownBy(() -> new DeliverySettings(Duration.ZERO, SECOND, 1, FeedLevel.OFF))
                .hasMessageContaining("delivery replay-margin");
    }

    @Test
    void thePasswordIsNotShown() {
        assertThat(RedisSettings.single("redis://:secret@host:6379", SECOND).toString())
                .doesNotContain("secret");
        for (String url : List.of(
                "redis://:sec/ret@host:6379",
                "redis://:sec,ret@host:6379",
                "redis://:sec ret@host",
                "http://user:sec/r@et@host",
                "redis://user:secret",
                "redis:/:secret@host")) {
            assertThatThrownBy(() -> RedisSettings.of("cluster", url, SECOND))
                    .hasMessageContaining("meridian.redis.url = ")
                    .satisfies(refusal -> assertThat(refusal.getMessage())
                            .doesNotContain("sec")
                            .doesNotContain("ret")
                            .doesNotContain("et@"));
        }
    }

    @Test
    void waitsGrowToTwoSecondsAndPartitionsSpread() {
        assertThat(PartitionDelivery.backoffMs(0, 0)).isEqualTo(80);
        assertThat(PartitionDelivery.backoffMs(0, 1)).isNotEqualTo(PartitionDelivery.backoffMs(0, 2));
        for (int partition = 0; partition < 64; partition++) {
            assertThat(PartitionDelivery.backoffMs(1_000, partition)).isBetween(1_600L, 2_400L);
        }
    }
}
