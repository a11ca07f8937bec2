package io.meridian.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.Ownership;
import io.meridian.message.RegionId;
import io.meridian.message.Seq;
import java.util.ArrayList;
import java.util.List;
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
    Arbitrary<Ownerships> ownerships() {
        Arbitrary<Ownership> one = Combinators.combine(
                        Arbitraries.of(REGIONS),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(0, 2))
                .as((home, k, owner) -> new Ownership(home, Seq.epochOf(k, owner), REGIONS.get(owner)));
        return one.list().ofMaxSize(6).map(list -> {
            Ownerships all = Ownerships.UNKNOWN;
            for (Ownership ownership : list) {
                all = all.with(ownership);
            }
            return all;
        });
    }

    @Property
    void mergingCommutes(@ForAll("ownerships") Ownerships a, @ForAll("ownerships") Ownerships b) {
        assertThat(a.merge(b)).isEqualTo(b.merge(a));
    }

    @Property
    void mergingAssociates(
            @ForAll("ownerships") Ownerships a,
            @ForAll("ownerships") Ownerships b,
            @ForAll("ownerships") Ownerships c) {
        assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
    }

    @Property
    void mergingTwiceIsMergingOnce(@ForAll("ownerships") Ownerships a, @ForAll("ownerships") Ownerships b) {
        assertThat(a.merge(b).merge(b)).isEqualTo(a.merge(b));
    }

    @Property
    void readAsWritten(@ForAll("ownerships") Ownerships a) {
        assertThat(Ownerships.decode(a.encode())).isEqualTo(a);
        assertThat(new ArrayList<>(a.byHome().keySet())).hasSizeLessThanOrEqualTo(3);
    }
}
