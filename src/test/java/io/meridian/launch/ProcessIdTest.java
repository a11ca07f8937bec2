package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessIdTest {
    private static final String FIELDS_AFTER_STATE = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 424242 20 21";

    @Test
    void readsTheStartTickPastACommandWithBracketsAndBlanks() {
        assertThat(ProcessId.startFromStat("77 (a) b (c)) S" + FIELDS_AFTER_STATE))
                .contains("424242");
    }

    @Test
    void aZombieIsDead() {
        assertThat(ProcessId.startFromStat("77 (redis) Z" + FIELDS_AFTER_STATE)).isEmpty();
    }

    @Test
    void aStoppedProcessLives() {
        assertThat(ProcessId.startFromStat("77 (redis) T" + FIELDS_AFTER_STATE)).isPresent();
    }

    @Test
    void anotherProcessWithTheSamePidIsNotThisOne() {
        ProcessId self = ProcessId.current();

        assertThat(self.isAlive()).isTrue();
        assertThat(new ProcessId(self.pid(), self.started() + "0").isAlive()).isFalse();
    }

    @Test
    void killsAProcessThatIsStopped() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        ProcessId id = ProcessId.of(process.pid()).orElseThrow();
        id.signal("STOP");

        id.stop(Duration.ofSeconds(5));

        assertThat(id.isAlive()).isFalse();
        assertThat(process.waitFor()).isEqualTo(128 + 15);
    }

    @Test
    void killsAProcessThatIgnoresTheRequest() throws Exception {
        Process process =
                new ProcessBuilder("/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done").start();
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        ProcessId id = ProcessId.of(process.pid()).orElseThrow();

        id.stop(Duration.ofMillis(200));

        assertThat(id.isAlive()).isFalse();
        assertThat(process.waitFor()).isEqualTo(128 + 9);
    }
}
