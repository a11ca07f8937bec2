package io.meridian.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final List<Promise<Void>> begun = new ArrayList<>();

    private Future<Void> begin(int item) {
        Promise<Void> promise = Promise.promise();
        begun.add(promise);
        return promise.future();
    }

    @Test
    void noMoreThanTheLimitAreUnderWay() {
        Future<Void> all = InFlight.each(3, IntStream.range(0, 10).boxed().toList(), this::begin);

        for (int ended = 0; ended < 10; ended++) {
            assertThat(begun).hasSize(Math.min(10, ended + 3));
            assertThat(all.isComplete()).isFalse();
            begun.get(ended).complete();
        }
        assertThat(all.succeeded()).isTrue();
    }

    @Test
    void aFailureIsToldWhenNothingIsUnderWayAnyMore() {
        Future<Void> all = InFlight.each(3, IntStream.range(0, 10).boxed().toList(), this::begin);

        begun.get(1).fail("out");
        assertThat(all.isComplete()).isFalse();
        begun.get(0).complete();
        begun.get(2).fail("later");

        assertThat(begun).hasSize(3);
        assertThat(all.failed()).isTrue();
        assertThat(all.cause()).hasMessage("out");
    }

    @Test
    void workThatThrowsOrIsDoneAtOnceCountsToo() {
        Future<Void> thrown = InFlight.each(2, List.of(1, 2, 3), item -> {
            throw new IllegalStateException("no " + item);
        });
        Future<Void> done =
                InFlight.each(2, IntStream.range(0, 1_000).boxed().toList(), item -> Future.succeededFuture());

        assertThat(thrown.cause()).hasMessage("no 1");
        assertThat(done.succeeded()).isTrue();
        assertThat(InFlight.each(2, List.of(), this::begin).succeeded()).isTrue();
    }

    @Test
    void whatIsFoundIsKeptByItsKey() {
        Future<Map<Integer, String>> found = InFlight.found(
                2,
                List.of(1, 2, 3, 2),
                key -> Future.succeededFuture(key == 3 ? Optional.empty() : Optional.of("v" + key)));

        assertThat(found.result()).containsOnly(Map.entry(1, "v1"), Map.entry(2, "v2"));
    }
}
