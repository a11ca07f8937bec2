package io.meridian.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.message.UserId;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeySlotTest {
    @Test
    void slotsAreThoseOfTheClusterSpecification() {
        assertThat(KeySlot.of("123456789")).isEqualTo(0x31C3);
        assertThat(KeySlot.of("foo")).isEqualTo(12_182);
        assertThat(KeySlot.of(new UserId("user1000"))).isEqualTo(3_443);
    }

    @Test
    void everySlotNeedsAPrimary() {
        var most = new SlotMap.Range(0, 16_382, "a", 1);
        assertThatThrownBy(() -> new SlotMap(List.of(most))).hasMessageContaining("16383 of 16384");

        var map = new SlotMap(List.of(most, new SlotMap.Range(16_383, 16_383, "b", 2)));
        assertThat(map.primaries()).containsExactly("a:1", "b:2");
        assertThat(map.table()).hasSize(16_384).startsWith("a:1").endsWith("b:2");
    }
}
