package io.meridian.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class UpOptionsTest {
    @Test
    void theNthNodeListensTenPortsFurther() {
        UpOptions options = options(List.of("us-east"), 3, 8080);

        assertThat(options.httpPort(0, 1)).isEqualTo(8080);
        assertThat(options.httpPort(0, 3)).isEqualTo(8100);
        assertThat(options.httpPort(1, 1)).isEqualTo(8081);
    }

    @Test
    void severalRegionsComeLater() {
        assertThatExceptionOfType(LaunchException.class)
                .isThrownBy(() -> options(List.of("us-east", "eu-west"), 1, 8080))
                .withMessageContaining("several regions come later")
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(LaunchException.USAGE))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void aNameThatWouldLeaveTheDataDirectoryIsRefused() {
        assertThatExceptionOfType(LaunchException.class)
                .isThrownBy(() -> options(List.of("../etc"), 1, 8080))
                .withMessageContaining("no region name");
    }

    @Test
    void nodesAndPortsHaveBounds() {
        assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> options(List.of("us-east"), 0, 8080));
        assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> options(List.of("us-east"), 10, 8080));
        assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> options(List.of("us-east"), 2, 65_530));
    }

    @Test
    void theCommandLineMadeOfThemAsksForTheSame() {
        UpOptions options = new UpOptions(List.of("us-east"), 2, false, false, 9000, List.of("-Da=b"));

        assertThat(options.toArguments())
                .containsExactly(
                        "--regions",
                        "us-east",
                        "--nodes",
                        "2",
                        "--limits",
                        "off",
                        "--base-port",
                        "9000",
                        "--no-restart",
                        "--node-option=-Da=b");
    }

    private static UpOptions options(List<String> regions, int nodes, int basePort) {
        return new UpOptions(regions, nodes, true, true, basePort, List.of());
    }
}
