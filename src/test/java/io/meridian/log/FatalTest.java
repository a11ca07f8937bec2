package io.meridian.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FatalTest {
    /** Runs in a process of its own, which it ends. */
    static final class StepWithAnError {
        private StepWithAnError() {}

        public static void main(String[] arguments) {
            new Retrying(Vertx.vertx())
                    .whileOurs(
                            new Assignment("t/0", 0, 0),
                            "a step",
                            () -> Future.succeededFuture().compose(done -> {
                                throw new LinkageError("a class is missing");
                            }));
        }
    }

    /** A future takes an error for one more failure; tried again for ever it would leave a node half dead. */
    @Test
    void errorWithinAStepThatIsRepeatedEndsTheProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StepWithAnError.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(70);
        } finally {
            process.destroyForcibly();
        }
    }
}
