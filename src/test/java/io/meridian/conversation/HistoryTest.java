package io.meridian.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.ConversationId;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final int LARGE = 60_000;

    private final List<StoredEvent> stored = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();
    private final History history = new History(new History.Rows() {
        @Override
        public Future<List<StoredEvent>> after(ConversationId conversation, long seq, int limit) {
            asked.add(limit);
            return Future.succeededFuture(stored.stream()
                    .filter(event -> event.seq() > seq)
                    .limit(limit)
                    .toList());
        }

        @Override
        public Future<List<StoredEvent>> before(ConversationId conversation, long seq, int limit) {
            asked.add(limit);
            List<StoredEvent> below =
                    stored.stream().filter(event -> event.seq() < seq).toList();
            return Future.succeededFuture(below.subList(Math.max(0, below.size() - limit), below.size()));
        }
    });

    private static Visibility all() {
        return sees(new Visibility.Range(1, Seq.MAX));
    }

    private static Visibility sees(Visibility.Range... ranges) {
        return new Visibility(List.of(ranges), true);
    }

    private void store(long from, long to, int bytes) {
        for (long seq = from; seq <= to; seq++) {
            stored.add(Events.message(seq, seq - 1, "x".repeat(bytes)));
        }
    }

    private History.Page after(Visibility visible, long seq, int limit) {
        return history.after(Events.CONVERSATION, visible, seq, limit).result();
    }

    private History.Page before(Visibility visible, long seq, int limit) {
        return history.before(Events.CONVERSATION, visible, seq, limit).result();
    }

    private static List<Long> seqs(History.Page page) {
        return page.events().stream().map(StoredEvent::seq).toList();
    }

    private static long bytes(History.Page page) {
        return page.events().stream().mapToLong(event -> event.json().length).sum();
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void aPageOfLargeEventsEndsAtItsBytesEitherWayAndSoDoesTheReading() {
        store(1, 300, LARGE);
        for (History.Page page : List.of(after(all(), 0, 200), before(all(), Seq.MAX, 200))) {
            assertThat(bytes(page)).isBetween(History.PAGE_BYTES - LARGE * 2L, (long) History.PAGE_BYTES);
            assertThat(page.more()).isTrue();
            assertThat(page.broken()).isFalse();
        }
        assertThat(asked).hasSize(2).allMatch(rows -> rows <= History.STEP);
    }

    @Test
    void oneEventThatIsLargerThanAPageIsAPage() {
        store(1, 2, History.PAGE_BYTES + 1);
        assertThat(seqs(after(all(), 0, 200))).containsExactly(1L);
        assertThat(seqs(before(all(), Seq.MAX, 200))).containsExactly(2L);
    }

    @Test
    void aPageOfSmallEventsHasItsLimitHoweverManyReadsThatTakes() {
        store(1, 300, 10);
        assertThat(seqs(after(all(), 7, 200))).isEqualTo(from(8, 207));
        assertThat(seqs(before(all(), 250, 200))).isEqualTo(from(50, 249));
        assertThat(after(all(), 100, 200)).matches(page -> !page.more() && !page.broken());
        assertThat(before(all(), 201, 200)).matches(page -> !page.more() && !page.broken());
        assertThat(asked).allMatch(rows -> rows <= History.STEP);
    }

    @Test
    void pageAfterPageGivesEverythingOnceWhateverIsVisibleAndHoweverLargeItIs() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            stored.clear();
            for (long seq = 1; seq <= 250; seq++) {
                stored.add(Events.message(seq, seq - 1, "x".repeat(random.nextInt(10) == 0 ? LARGE : 20)));
            }
            long first = 1 + random.nextInt(60);
            long gone = first + random.nextInt(80);
            long again = gone + 2 + random.nextInt(40);
            long end = again + random.nextInt(60);
            Visibility visible = sees(new Visibility.Range(first, gone), new Visibility.Range(again, end));
            int limit = 1 + random.nextInt(200);
            List<Long> expected = new ArrayList<>(from(first, gone));
            expected.addAll(from(again, end));

            List<Long> forward = new ArrayList<>();
            History.Page page = after(visible, 0, limit);
            forward.addAll(seqs(page));
            while (page.more()) {
                page = after(visible, forward.get(forward.size() - 1), limit);
                forward.addAll(seqs(page));
            }
            assertThat(forward).as("round " + round).isEqualTo(expected);

            List<Long> backward = new ArrayList<>();
            page = before(visible, Seq.MAX, limit);
            backward.addAll(0, seqs(page));
            while (page.more()) {
                page = before(visible, backward.get(0), limit);
                backward.addAll(0, seqs(page));
            }
            assertThat(backward).as("round " + round).isEqualTo(expected);
        }
    }

    @Test
    void aMissingEventEndsThePageAlsoWhereOneReadEndsAndTheNextBegins() {
        for (long missing : new long[] {20, History.STEP, History.STEP + 1, History.STEP + 2, 100}) {
            stored.clear();
            store(1, 200, 10);
            stored.removeIf(event -> event.seq() == missing);

            History.Page forward = after(all(), 0, 200);
            assertThat(seqs(forward)).isEqualTo(from(1, missing - 1));
            assertThat(forward.broken()).isTrue();
            long back = 200 - missing;
            stored.clear();
            store(1, 200, 10);
            stored.removeIf(event -> event.seq() == back);
            History.Page backward = before(all(), Seq.MAX, 200);
            assertThat(seqs(backward)).isEqualTo(from(back + 1, 200));
            assertThat(backward.broken()).isTrue();
        }
    }
}
