package io.meridian.store;

import static io.meridian.store.TestStore.NOW;
import static io.meridian.store.TestStore.REGION;
import static io.meridian.store.TestStore.await;
import static io.meridian.store.TestStore.unique;
import static io.meridian.store.TestStore.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UserStoreIT {
    private static TestStore store;
    private static UserStore users;

    private final String name = unique("u");

    @BeforeAll
    static void open() {
        store = TestStore.open();
        users = new UserStore(store.cassandra);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void anAccountIsFoundByIdAndByName() {
        User ann = named(name);

        assertThat(await(users.create(ann, "hash"))).isTrue();

        assertThat(await(users.byId(ann.id()))).contains(ann);
        assertThat(await(users.byUsername(name))).contains(ann);
        assertThat(await(users.credentials(name))).contains(new Credentials(ann, "hash"));
        assertThat(await(users.byIds(List.of(ann.id(), user())))).isEqualTo(Map.of(ann.id(), ann));
        assertThat(await(users.byUsername(unique("nobody")))).isEmpty();
        assertThat(await(users.credentials(unique("nobody")))).isEmpty();
        assertThat(await(users.byId(user()))).isEmpty();
    }

    @Test
    void aUserOfAnOutsideIssuerHasNoCredentials() {
        User ann = new User(user(), name, null, REGION, NOW);

        assertThat(await(users.create(ann, null))).isTrue();

        assertThat(await(users.byUsername(name))).contains(ann);
        assertThat(await(users.credentials(name))).isEmpty();
    }

    @Test
    void aTakenNameLeavesNoAccount() {
        User ann = named(name);
        User bob = named(name);
        await(users.create(ann, "hash"));

        assertThat(await(users.create(bob, "other"))).isFalse();

        assertThat(await(users.byId(bob.id()))).isEmpty();
        assertThat(await(users.credentials(name))).contains(new Credentials(ann, "hash"));
    }

    @Test
    void theSameUserAgainIsNoConflict() {
        User ann = named(name);
        await(users.create(ann, "hash"));

        assertThat(await(users.create(ann, "hash"))).isTrue();

        assertThatThrownBy(() -> await(users.create(new User(ann.id(), unique("other"), "Ann", REGION, NOW), "hash")))
                .hasMessageContaining("another username");
        assertThat(await(users.byUsername(name))).contains(ann);
    }

    @Test
    void ofManyAtOnceOneGetsTheName() {
        List<User> rivals = IntStream.range(0, 12).mapToObj(i -> named(name)).toList();
        List<Future<Boolean>> claims = rivals.stream()
                .map(user -> users.create(user, "hash " + user.id()))
                .toList();

        Future.join(claims).transform(all -> Future.succeededFuture()).await();
        // One that ran out of time between the others does not know; it asks again.
        List<Boolean> mine = IntStream.range(0, rivals.size())
                .mapToObj(i -> claims.get(i).succeeded()
                        ? claims.get(i).result()
                        : await(users.create(
                                rivals.get(i), "hash " + rivals.get(i).id())))
                .toList();

        assertThat(mine.stream().filter(won -> won)).hasSize(1);
        User winner = rivals.get(mine.indexOf(true));
        assertThat(await(users.credentials(name))).contains(new Credentials(winner, "hash " + winner.id()));
        List<UserId> ids = rivals.stream().map(User::id).toList();
        assertThat(await(users.byIds(ids))).containsOnlyKeys(winner.id());
    }

    @Test
    void aCrashBeforeTheClaimDoesNotBurnTheName() {
        User crashed = named(name);
        await(store.cassandra.execute(SimpleStatement.newInstance(
                store.cassandra.named("INSERT INTO ${keyspace}.users (user_id, username, home) VALUES (?, ?, ?)"),
                crashed.id().value(),
                name,
                REGION.value())));
        assertThat(await(users.byUsername(name))).isEqualTo(Optional.empty());
        User ann = named(name);

        assertThat(await(users.create(ann, "hash"))).isTrue();
        assertThat(await(users.create(crashed, "late")))
                .as("the crashed one tries again")
                .isFalse();

        assertThat(await(users.byUsername(name))).contains(ann);
        assertThat(await(users.byId(crashed.id()))).isEmpty();
    }

    private static User named(String name) {
        return new User(user(), name, "Display", REGION, NOW);
    }
}
