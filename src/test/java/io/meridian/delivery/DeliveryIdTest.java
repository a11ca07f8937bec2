package io.meridian.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DeliveryIdTest {
    @Property
    void readsWhatItWrites(
            @ForAll @LongRange(max = 999_999_999_999_999_999L) long generation,
            @ForAll @LongRange(max = 999_999_999_999_999_999L) long entry) {
        var id = new DeliveryId(generation, entry);
        assertThat(DeliveryId.parse(id.toString())).isEqualTo(id);
    }

    @Test
    void aHigherGenerationComesAfterWhateverItsNumbers() {
        assertThat(new DeliveryId(2, 0)).isGreaterThan(new DeliveryId(1, 99));
        assertThat(new DeliveryId(2, 1).follows(new DeliveryId(2, 0))).isTrue();
        assertThat(new DeliveryId(2, 0).follows(new DeliveryId(1, 99))).isFalse();
        assertThat(new DeliveryId(2, 2).follows(new DeliveryId(2, 0))).isFalse();
    }

    @Test
    void whatAClientMadeUpIsRefused() {
        for (String text :
                new String[] {"", "-", "1", "1-", "-1", "a-b", "1-2-3", "1 -2", "99999999999999999999-1", "+1-1"}) {
            assertThatThrownBy(() -> DeliveryId.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
