package io.meridian.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns(2);
    private final List<String> begun = new ArrayList<>();

    private Future<String> run(String name, Future<String> work) {
        return turns.run(() -> {
            begun.add(name);
            return work;
        });
    }

    @Test
    void soMuchIsBegunAndTheRestInItsOrder() {
        List<Promise<String>> works =
                IntStream.range(0, 4).mapToObj(i -> Promise.<String>promise()).toList();
        List<Future<String>> done = IntStream.range(0, 4)
                .mapToObj(i -> run("w" + i, works.get(i).future()))
                .toList();
        assertThat(begun).containsExactly("w0", "w1");
        assertThat(turns.waiting()).isEqualTo(2);

        works.get(1).complete("one");
        assertThat(begun).containsExactly("w0", "w1", "w2");
        assertThat(done.get(1).result()).isEqualTo("one");
        assertThat(done.get(0).isComplete()).isFalse();
        works.get(0).complete("zero");
        assertThat(begun).containsExactly("w0", "w1", "w2", "w3");
    }

    @Test
    void workThatFailsOrThrowsGivesItsTurnBack() {
        for (int i = 0; i < 5; i++) {
            assertThat(run("failing", Future.failedFuture("out")).cause()).hasMessage("out");
            assertThat(turns.run(() -> {
                                throw new IllegalStateException("broken");
                            })
                            .cause())
                    .hasMessage("broken");
        }
        assertThat(run("next", Future.succeededFuture("done")).result()).isEqualTo("done");
    }

    @Test
    void muchThatIsDoneAtOnceCostsNoStack() {
        Promise<String> first = Promise.promise();
        run("a", first.future());
        run("b", first.future());
        List<Future<String>> rest = IntStream.range(0, 100_000)
                .mapToObj(i -> run("rest", Future.succeededFuture("done")))
                .toList();
        first.complete("go");
        assertThat(rest).allMatch(Future::succeeded);
    }

    @Test
    void nothingAtOnceIsRefused() {
        assertThatThrownBy(() -> new Turns(0)).hasMessageContaining("at least 1");
    }
}
