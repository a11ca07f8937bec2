package io.meridian.store;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.Row;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Accounts. A username belongs to the one user who claimed it, in all regions; which spellings are the same name, the caller
 * decides by giving one form.
 */
public final class UserStore {
    private static final int IN_FLIGHT = 64;

    private final CqlStatement insertUser;
    private final CqlStatement deleteUser;
    private final CqlStatement selectUser;
    private final CqlStatement claim;
    private final CqlStatement selectClaim;
    private final CqlStatement selectClaimSurely;

    public UserStore(Cassandra cassandra) {
        insertUser = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.users (user_id, username, display_name, password_hash, home, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?)");
        deleteUser = new CqlStatement(cassandra, "DELETE FROM ${keyspace}.users WHERE user_id = ?");
        selectUser = new CqlStatement(
                cassandra,
                "SELECT user_id, username, display_name, password_hash, home, created_at FROM ${keyspace}.users"
                        + " WHERE user_id = ?");
        claim = new CqlStatement(
                        cassandra, "INSERT INTO ${keyspace}.usernames (username, user_id) VALUES (?, ?) IF NOT EXISTS")
                .decidedAt(ConsistencyLevel.SERIAL);
        selectClaim = new CqlStatement(cassandra, "SELECT user_id FROM ${keyspace}.usernames WHERE username = ?");
        selectClaimSurely = selectClaim.at(ConsistencyLevel.SERIAL);
    }

    /**
     * Makes an account; false: the username is another user's. The same user again: true.
     *
     * <p>The account is written first. What a crash leaves is an account that no name leads to, never a name that leads to
     * none and that nobody could claim again.
     *
     * @param passwordHashOrNull null: logs in elsewhere
     */
    public Future<Boolean> create(User user, String passwordHashOrNull) {
        return byId(user.id()).compose(known -> {
            if (known.isPresent() && !known.get().username().equals(user.username())) {
                return Future.failedFuture(new IllegalStateException(
                        "user " + user.id() + " exists under another username: a user never changes it"));
            }
            return insertUser
                    .write(
                            user.id().value(),
                            user.username(),
                            user.displayName(),
                            passwordHashOrNull,
                            user.home().value(),
                            user.createdAt())
                    .compose(written -> claim(user))
                    .compose(mine -> mine
                            ? Future.succeededFuture(true)
                            : deleteUser.write(user.id().value()).map(false));
        });
    }

    private Future<Boolean> claim(User user) {
        String id = user.id().value();
        return claim.writeIf(user.username(), id)
                .map(applied -> applied.yes()
                        || applied.row()
                                .map(row -> id.equals(row.getString("user_id")))
                                .orElse(false))
                // Timed out: it may be decided either way. A serial read ends what is under way, then it is known.
                .recover(failure -> selectClaimSurely
                        .one(user.username())
                        .compose(claimed -> claimed.isEmpty()
                                ? Future.failedFuture(failure)
                                : Future.succeededFuture(id.equals(claimed.get().getString("user_id")))));
    }

    public Future<Optional<User>> byId(UserId user) {
        return selectUser.one(RowCodec::user, user.value());
    }

    /** Those that exist. */
    public Future<Map<UserId, User>> byIds(Collection<UserId> users) {
        return InFlight.found(IN_FLIGHT, users, this::byId);
    }

    public Future<Optional<User>> byUsername(String username) {
        return byUsername(username, RowCodec::user);
    }

    /** Empty, too, for a user without a password. */
    public Future<Optional<Credentials>> credentials(String username) {
        return byUsername(
                username,
                row -> row.isNull("username") || row.isNull("password_hash")
                        ? null
                        : new Credentials(RowCodec.user(row), row.getString("password_hash")));
    }

    private <T> Future<Optional<T>> byUsername(String username, Function<Row, T> shape) {
        return selectClaim
                .one(username)
                .compose(claimed -> claimed.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : selectUser.one(shape, claimed.get().getString("user_id")));
    }
}
