package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PipelineTest {
    private final Pipeline pipeline = new Pipeline();
    private final List<String> done = new ArrayList<>();

    private Supplier<Future<Void>> step(String name, Future<Void> future) {
        return () -> {
            done.add(name);
            return future;
        };
    }

    @Test
    void stepBehindASlowOneWaits() {
        Promise<Void> slow = Promise.promise();
        pipeline.add(step("slow", slow.future()));
        pipeline.add(step("fast", Future.succeededFuture()));
        assertThat(done).containsExactly("slow");

        slow.complete();

        assertThat(done).containsExactly("slow", "fast");
        assertThat(pipeline.size()).isZero();
    }

    @Test
    void failureDoesNotStopWhatIsBehind() {
        pipeline.add(step("fails", Future.failedFuture("no")));
        pipeline.add(step("next", Future.succeededFuture()));

        assertThat(done).containsExactly("fails", "next");
    }

    @Test
    void manyStepsAreNoDeepStack() {
        Promise<Void> first = Promise.promise();
        pipeline.add(step("first", first.future()));
        for (int i = 0; i < 100_000; i++) {
            pipeline.add(step("next", Future.succeededFuture()));
        }
        first.complete();

        assertThat(done).hasSize(100_001);
    }
}
