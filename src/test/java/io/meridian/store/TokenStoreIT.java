package io.meridian.store;

import static io.meridian.store.TestStore.NOW;
import static io.meridian.store.TestStore.await;
import static io.meridian.store.TestStore.unique;
import static io.meridian.store.TestStore.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.meridian.message.DeviceId;
import io.meridian.message.Ids;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenStoreIT {
    private static final Instant LATER = NOW.plusSeconds(3_600);
    private static final DeviceId PHONE = new DeviceId("phone");

    private static TestStore store;
    private static TokenStore tokens;

    private final String id = unique("f");
    private final UserId ann = user();

    @BeforeAll
    static void open() {
        store = TestStore.open();
        tokens = new TokenStore(store.cassandra);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void aFamilyIsFoundAsItWasMade() {
        RefreshFamily withDevice = family(id, PHONE);
        RefreshFamily without = family(unique("f"), null);

        await(tokens.create(withDevice));
        await(tokens.create(without));
        await(tokens.create(withDevice));

        assertThat(await(tokens.find(id))).contains(withDevice);
        assertThat(await(tokens.find(without.familyId()))).contains(without);
        assertThat(await(tokens.find(unique("none")))).isEmpty();
        assertThatThrownBy(() -> await(tokens.create(new RefreshFamily(id, ann, "other", null, false, NOW))))
                .hasMessageContaining("exists")
                .hasMessageNotContaining("other");
    }

    @Test
    void aTokenIsReplacedOnce() {
        await(tokens.create(family(id, PHONE)));

        assertThat(await(tokens.rotate(id, "first", "second", null, LATER))).isTrue();
        assertThat(await(tokens.rotate(id, "first", "third", null, LATER)))
                .as("an old one")
                .isFalse();
        assertThat(await(tokens.rotate(id, "first", "second", null, LATER)))
                .as("the same again")
                .isTrue();

        assertThat(await(tokens.find(id))).contains(new RefreshFamily(id, ann, "second", PHONE, false, LATER));
        assertThat(await(tokens.rotate(unique("none"), "first", "second", null, LATER)))
                .isFalse();
    }

    @Test
    void aFamilyBecomesADevicesInItsPlaceAndNoOthers() {
        await(tokens.create(family(id, null)));

        assertThat(await(tokens.rotate(id, "first", "second", PHONE, LATER))).isTrue();
        assertThat(await(tokens.rotate(id, "second", "third", new DeviceId("laptop"), LATER)))
                .isTrue();
        assertThat(await(tokens.find(id))).contains(new RefreshFamily(id, ann, "third", PHONE, false, LATER));

        await(tokens.revokeDevice(ann, PHONE));
        assertThat(await(tokens.find(id)).orElseThrow().revoked()).isTrue();
    }

    @Test
    void ofManyUsesAtOnceOneCounts() {
        await(tokens.create(family(id, null)));

        List<Future<Boolean>> uses = IntStream.range(0, 8)
                .mapToObj(i -> tokens.rotate(id, "first", "next " + i, null, LATER))
                .toList();
        Future.join(uses).transform(all -> Future.succeededFuture()).await();

        assertThat(uses.stream().filter(use -> use.succeeded() && use.result())).hasSize(1);
        int winner = IntStream.range(0, 8)
                .filter(i -> uses.get(i).succeeded() && uses.get(i).result())
                .findFirst()
                .orElseThrow();
        assertThat(await(tokens.find(id)).orElseThrow().tokenHash()).isEqualTo("next " + winner);
    }

    @Test
    void aRevokedFamilyStaysRevoked() {
        await(tokens.create(family(id, PHONE)));

        await(tokens.revoke(id));
        await(tokens.revoke(unique("none")));

        assertThat(await(tokens.find(id)).orElseThrow().revoked()).isTrue();
        assertThat(await(tokens.rotate(id, "first", "second", null, LATER))).isFalse();
        assertThat(await(tokens.find(id)).orElseThrow().tokenHash()).isEqualTo("first");
    }

    @Test
    void removingADeviceRevokesItsFamiliesAndNoOthers() {
        RefreshFamily other = family(unique("f"), new DeviceId("laptop"));
        RefreshFamily again = family(unique("f"), PHONE);
        await(tokens.create(family(id, PHONE)));
        await(tokens.create(again));
        await(tokens.create(other));
        await(tokens.rotate(id, "first", "second", null, LATER));

        await(tokens.revokeDevice(ann, PHONE));
        await(tokens.revokeDevice(user(), PHONE));

        assertThat(await(tokens.find(id)).orElseThrow().revoked()).isTrue();
        assertThat(await(tokens.find(again.familyId())).orElseThrow().revoked()).isTrue();
        assertThat(await(tokens.find(other.familyId())).orElseThrow().revoked()).isFalse();
    }

    @Test
    void removingADeviceRevokesTheLoginsItWasSeenToUse() {
        RefreshFamily other = family(unique("f"), null);
        await(tokens.create(family(id, new DeviceId("desk"))));
        await(tokens.create(other));
        await(tokens.use(ann, PHONE, Ids.login(id)));
        await(tokens.use(ann, PHONE, Ids.login(id)));
        await(tokens.use(ann, PHONE, Ids.login("a family of nobody")));
        await(tokens.use(user(), PHONE, Ids.login(other.familyId())));

        await(tokens.revokeDevice(ann, PHONE));

        assertThat(await(tokens.find(id)).orElseThrow().revoked()).isTrue();
        assertThat(await(tokens.find(other.familyId())).orElseThrow().revoked()).isFalse();
    }

    @Test
    void everyCellOfAFamilyLivesOnWhenItIsUsed() {
        await(tokens.create(family(id, PHONE)));
        await(tokens.rotate(id, "first", "second", null, LATER));

        var row = await(store.cassandra.execute(SimpleStatement.newInstance(
                        store.cassandra.named("SELECT ttl(user_id), ttl(device_id), ttl(token_hash), ttl(revoked),"
                                + " writetime(user_id) AS u, writetime(token_hash) AS t"
                                + " FROM ${keyspace}.refresh_families WHERE family_id = ?"),
                        id)))
                .one();

        for (int column = 0; column < 4; column++) {
            assertThat(row.getInt(column))
                    .isGreaterThan((int) Duration.ofDays(89).toSeconds());
        }
        assertThat(row.getLong("u")).isEqualTo(row.getLong("t"));
    }

    private RefreshFamily family(String familyId, DeviceId device) {
        return new RefreshFamily(familyId, ann, "first", device, false, NOW);
    }
}
