package io.meridian.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.Ownership;
import io.meridian.message.RegionId;
import io.meridian.message.Seq;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class OwnershipsTest {
    private static final List<RegionId> REGIONS =
            Stream.of("us", "eu", "ap").map(RegionId::new).toList();

    @Provide
    Arbitrary<List<Ownership>> records() {
        Arbitrary<Ownership> one = Combinators.combine(
                        Arbitraries.of(REGIONS),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(0, 2))
                .as((home, k, owner) -> new Ownership(home, Seq.epochOf(k, owner), REGIONS.get(owner)));
        return one.list().ofMaxSize(6);
    }

    private static Ownerships heard(List<Ownership> records) {
        Ownerships all = Ownerships.UNKNOWN;
        for (Ownership ownership : records) {
            all = all.with(ownership);
        }
        return all;
    }

    @Property
    void orderInWhichTheyAreHeardDoesNotMatter(@ForAll("records") List<Ownership> records, @ForAll Random random) {
        List<Ownership> shuffled = new ArrayList<>(records);
        Collections.shuffle(shuffled, random);
        assertThat(heard(shuffled)).isEqualTo(heard(records));
    }

    @Property
    void hearingOneAgainChangesNothing(@ForAll("records") List<Ownership> records) {
        Ownerships once = heard(records);
        records.forEach(record -> assertThat(once.with(record)).isSameAs(once));
    }

    @Property
    void readAsWritten(@ForAll("records") List<Ownership> records) {
        Ownerships a = heard(records);
        assertThat(Ownerships.decode(a.encode())).isEqualTo(a);
        assertThat(new ArrayList<>(a.byHome().keySet())).hasSizeLessThanOrEqualTo(3);
    }
}
