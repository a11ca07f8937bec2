package io.meridian.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.Seq;
import io.meridian.store.BucketWalk.Done;
import io.meridian.store.BucketWalk.Found;
import io.meridian.store.BucketWalk.ReadBuckets;
import io.meridian.store.BucketWalk.ReadRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class BucketWalkTest {
    private static final long START = Seq.start(16);

    /** A conversation's rows, true where there is an event, and buckets without any. */
    record Rows(NavigableMap<Long, Boolean> bySeq, TreeSet<Long> emptyBuckets) {
        TreeSet<Long> buckets() {
            TreeSet<Long> buckets = new TreeSet<>(emptyBuckets);
            bySeq.keySet().forEach(seq -> buckets.add(Seq.bucket(seq)));
            return buckets;
        }

        List<Long> events() {
            return bySeq.keySet().stream().filter(bySeq::get).toList();
        }
    }

    @Provide
    Arbitrary<Rows> rows() {
        Arbitrary<Long> seq = Combinators.combine(
                        Arbitraries.of(16L, 17L, 32L), Arbitraries.longs().between(1, 4_000))
                .as((epoch, n) -> Seq.start(epoch) + n);
        Arbitrary<TreeSet<Long>> empty =
                seq.map(Seq::bucket).list().ofMaxSize(40).map(TreeSet::new);
        return Combinators.combine(
                        Arbitraries.maps(
                                        seq,
                                        Arbitraries.frequencyOf(
                                                Tuple.of(5, Arbitraries.just(true)),
                                                Tuple.of(1, Arbitraries.just(false))))
                                .ofMaxSize(120),
                        empty)
                .as((map, buckets) -> new Rows(new TreeMap<>(map), buckets));
    }

    @Property
    void findsWhatASearchOfAllRowsFinds(
            @ForAll @From("rows") Rows rows, @ForAll @IntRange(min = 1, max = 50) int limit, @ForAll int where) {
        for (long seq : positions(rows, where)) {
            List<Long> above =
                    rows.events().stream().filter(at -> at > seq).limit(limit).toList();
            assertThat(walk(BucketWalk.after(seq, limit), rows, true).found()).isEqualTo(above);

            List<Long> below = rows.events().stream()
                    .filter(at -> at < seq)
                    .sorted(Comparator.reverseOrder())
                    .limit(limit)
                    .sorted()
                    .toList();
            assertThat(walk(BucketWalk.before(seq, limit), rows, false).found()).isEqualTo(below);
        }
    }

    private static List<Long> positions(Rows rows, int where) {
        List<Long> positions = new ArrayList<>(List.of(-1L, 0L, 1L, START, Seq.start(33), Seq.MAX, Long.MAX_VALUE));
        if (!rows.bySeq().isEmpty()) {
            List<Long> seqs = List.copyOf(rows.bySeq().keySet());
            long one = seqs.get(Math.floorMod(where, seqs.size()));
            positions.addAll(List.of(one - 1, one, one + 1));
        }
        return positions;
    }

    @Example
    void aPageInsideABucketIsOneRead() {
        Rows rows = dense(START + 1, START + 3_000);

        assertThat(walk(BucketWalk.after(START + 100, 50), rows, true).reads()).isEqualTo(1);
        assertThat(walk(BucketWalk.before(START + 100, 50), rows, false).reads())
                .isEqualTo(1);
    }

    @Example
    void aPageAcrossABoundaryReadsTheListAndTheNextBucket() {
        Rows rows = dense(START + 1, START + 3_000);

        assertThat(walk(BucketWalk.after(START + 1_000, 50), rows, true).reads())
                .isEqualTo(3);
        assertThat(walk(BucketWalk.before(START + 1_050, 50), rows, false).reads())
                .isEqualTo(3);
    }

    @Example
    void theNewestPageOfALongConversationReadsTwoBuckets() {
        Rows rows = dense(START + 1, START + 60_000);

        assertThat(walk(BucketWalk.before(Long.MAX_VALUE, 50), rows, false).reads())
                .isEqualTo(2);
        assertThat(walk(BucketWalk.before(Seq.MAX, 50), rows, false).reads()).isEqualTo(2);
        assertThat(walk(BucketWalk.after(0, 50), rows, true).reads()).isEqualTo(2);
    }

    private static Rows dense(long from, long to) {
        NavigableMap<Long, Boolean> rows = new TreeMap<>();
        for (long seq = from; seq <= to; seq++) {
            rows.put(seq, true);
        }
        return new Rows(rows, new TreeSet<>());
    }

    private record Walked(List<Long> found, int reads) {}

    /** Does what the store does, on rows in memory. */
    private static Walked walk(BucketWalk<Long> walk, Rows rows, boolean ascending) {
        int reads = 0;
        while (!(walk.next() instanceof Done)) {
            reads++;
            assertThat(reads).as("a walk ends").isLessThan(500);
            if (walk.next() instanceof ReadRows read) {
                assertThat(read.limit()).isPositive();
                walk.rows(beyond(rows.bySeq(), read.from(), ascending).entrySet().stream()
                        .filter(row -> Seq.bucket(row.getKey()) == read.bucket())
                        .limit(read.limit())
                        .map(row -> new Found<>(row.getKey(), row.getValue() ? row.getKey() : null))
                        .toList());
            } else if (walk.next() instanceof ReadBuckets read) {
                TreeMap<Long, Boolean> buckets = new TreeMap<>();
                rows.buckets().forEach(bucket -> buckets.put(bucket, true));
                walk.buckets(beyond(buckets, read.from(), ascending).keySet().stream()
                        .limit(BucketWalk.BUCKETS)
                        .toList());
            }
        }
        return new Walked(List.copyOf(walk.events()), reads);
    }

    private static <V> NavigableMap<Long, V> beyond(NavigableMap<Long, V> all, long from, boolean ascending) {
        return ascending ? all.tailMap(from, false) : all.headMap(from, false).descendingMap();
    }
}
