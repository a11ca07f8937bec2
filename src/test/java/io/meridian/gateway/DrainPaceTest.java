package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DrainPaceTest {
    @Test
    void aFewAreToldAtOnce() {
        assertThat(DrainPace.of(10, 500, 10_000).toldBy(20)).isGreaterThanOrEqualTo(10);
        assertThat(DrainPace.of(0, 500, 10_000).toldBy(0)).isEqualTo(1);
    }

    @Test
    void manyAreToldAtThePaceAskedFor() {
        DrainPace pace = DrainPace.of(2_000, 500, 10_000);
        assertThat(pace.toldBy(0)).isEqualTo(1);
        assertThat(pace.toldBy(1_000)).isEqualTo(501);
        assertThat(pace.toldBy(4_000)).isGreaterThanOrEqualTo(2_000);
    }

    @Test
    void tooManyForThatAreToldWithinTheWindow() {
        DrainPace pace = DrainPace.of(50_000, 500, 10_000);
        assertThat(pace.toldBy(5_000)).isBetween(25_000L, 25_001L);
        assertThat(pace.toldBy(10_000)).isGreaterThanOrEqualTo(50_000);
    }

    @Test
    void withoutAWindowAllAreToldAtOnce() {
        assertThat(DrainPace.of(50_000, 500, 0).toldBy(1)).isGreaterThanOrEqualTo(50_000);
    }
}
