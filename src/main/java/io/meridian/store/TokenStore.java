package io.meridian.store;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.Row;
import io.meridian.message.DeviceId;
import io.meridian.message.Ids;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Families of refresh tokens. Only hashes come here. Conditional writes alone touch a family, so that of two uses of one token
 * a single one counts; their outcome is looked up where it did not arrive.
 *
 * <p>The list of a device's families also has the logins whose access tokens the device was seen to use ({@link #use}), as
 * {@code ~<login>}; and the list of {@code ~<login>}, which no device can be called, has the family that it is.
 *
 * <p>A family is gone 90 days after it was last used (the table's TTL), so no token may live longer than that.
 */
public final class TokenStore {
    /** What was not used for so long is gone: the table's TTL. */
    public static final Duration KEPT = Duration.ofDays(90);

    private static final int REVOKES_IN_FLIGHT = 8;
    private static final String LOGIN = "~";

    private final CqlStatement insert;
    private final CqlStatement insertOfDevice;
    private final CqlStatement select;
    private final CqlStatement selectOfDevice;
    private final CqlStatement rotate;
    private final CqlStatement revoke;
    private final CqlStatement deleteOfDevice;

    public TokenStore(Cassandra cassandra) {
        insert = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.refresh_families (family_id, user_id, device_id, token_hash, revoked, expires_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?) IF NOT EXISTS");
        insertOfDevice = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.refresh_families_by_device (user_id, device_id, family_id) VALUES (?, ?, ?)");
        select = new CqlStatement(
                        cassandra,
                        "SELECT family_id, user_id, device_id, token_hash, revoked, expires_at"
                                + " FROM ${keyspace}.refresh_families WHERE family_id = ?")
                .at(ConsistencyLevel.LOCAL_SERIAL);
        selectOfDevice = new CqlStatement(
                cassandra,
                "SELECT family_id FROM ${keyspace}.refresh_families_by_device WHERE user_id = ? AND device_id = ?");
        // Every cell again, for each has a TTL of its own.
        rotate = new CqlStatement(
                cassandra,
                "UPDATE ${keyspace}.refresh_families SET user_id = ?, device_id = ?, token_hash = ?, revoked = false,"
                        + " expires_at = ? WHERE family_id = ? IF token_hash = ? AND revoked = false");
        revoke = new CqlStatement(
                cassandra, "UPDATE ${keyspace}.refresh_families SET revoked = true WHERE family_id = ? IF EXISTS");
        deleteOfDevice = new CqlStatement(
                cassandra,
                "DELETE FROM ${keyspace}.refresh_families_by_device"
                        + " WHERE user_id = ? AND device_id = ? AND family_id = ?");
    }

    /** The lists first: a family that they do not name could not be revoked with its device. */
    public Future<Void> create(RefreshFamily family) {
        return listed(family)
                .compose(listed -> insert.writeIf(
                        family.familyId(),
                        family.user().value(),
                        RowCodec.orEmpty(family.deviceOrNull()),
                        family.tokenHash(),
                        family.revoked(),
                        family.expiresAt()))
                .compose(applied -> applied.yes() || hash(applied.row()).equals(family.tokenHash())
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException(
                                "token family " + family.familyId() + " exists: ids must be random")));
    }

    public Future<Optional<RefreshFamily>> find(String familyId) {
        return select.one(RowCodec::family, familyId);
    }

    /**
     * Replaces the newest token; false: it was not the newest, the family is revoked, or there is none. The same rotation
     * again: true.
     *
     * @param deviceOrNull whose the family becomes if it is no device's yet
     */
    public Future<Boolean> rotate(
            String familyId, String expectedHash, String newHash, DeviceId deviceOrNull, Instant expiresAt) {
        return find(familyId).compose(known -> {
            if (known.isEmpty() || known.get().revoked()) {
                return Future.succeededFuture(false);
            }
            // Should somebody else bind it meanwhile, the token is not the newest any more, and nothing is written.
            RefreshFamily family = known.get().ofDevice(deviceOrNull);
            return listed(family)
                    .compose(listed -> rotate.writeIf(
                            family.user().value(),
                            RowCodec.orEmpty(family.deviceOrNull()),
                            newHash,
                            expiresAt,
                            familyId,
                            expectedHash))
                    .map(applied -> applied.yes() || rotated(applied.row(), newHash))
                    .recover(failure -> outcome(familyId, expectedHash, newHash, failure));
        });
    }

    /** The rotation timed out. Taking it for failed would make the caller's next try look like theft of the old token. */
    private Future<Boolean> outcome(String familyId, String expectedHash, String newHash, Throwable failure) {
        return find(familyId).compose(family -> {
            boolean undecided = family.isPresent()
                    && !family.get().revoked()
                    && family.get().tokenHash().equals(expectedHash);
            return undecided
                    ? Future.failedFuture(failure)
                    : Future.succeededFuture(family.isPresent()
                            && !family.get().revoked()
                            && family.get().tokenHash().equals(newHash));
        });
    }

    public Future<Void> revoke(String familyId) {
        return revoke.writeIf(familyId).mapEmpty();
    }

    /** From now on the family of a login, see {@link Ids#login}, is one of the device's, too. */
    public Future<Void> use(UserId user, DeviceId device, String login) {
        return insertOfDevice.write(user.value(), device.value(), LOGIN + login);
    }

    /** Revokes every family of a device. One that is made at the same moment may escape. */
    public Future<Void> revokeDevice(UserId user, DeviceId device) {
        return families(user, device.value())
                .compose(listed -> InFlight.each(
                        REVOKES_IN_FLIGHT,
                        listed,
                        family -> revokeListed(user, family)
                                .compose(revoked -> deleteOfDevice.write(user.value(), device.value(), family))));
    }

    /** {@code listed}: a family, or {@code ~<login>}. */
    private Future<Void> revokeListed(UserId user, String listed) {
        return listed.startsWith(LOGIN)
                ? families(user, listed).compose(families -> InFlight.each(REVOKES_IN_FLIGHT, families, this::revoke))
                : revoke(listed);
    }

    private Future<List<String>> families(UserId user, String deviceOrLogin) {
        return selectOfDevice
                .rows(user.value(), deviceOrLogin)
                .map(rows ->
                        rows.stream().map(row -> row.getString("family_id")).toList());
    }

    private Future<Void> listed(RefreshFamily family) {
        String user = family.user().value();
        Future<Void> ofLogin = insertOfDevice.write(user, LOGIN + Ids.login(family.familyId()), family.familyId());
        return family.deviceOrNull() == null
                ? ofLogin
                : Future.all(
                                ofLogin,
                                insertOfDevice.write(user, family.deviceOrNull().value(), family.familyId()))
                        .mapEmpty();
    }

    private static boolean rotated(Optional<Row> row, String newHash) {
        return hash(row).equals(newHash) && !row.orElseThrow().getBoolean("revoked");
    }

    private static String hash(Optional<Row> row) {
        return row.filter(there -> there.getColumnDefinitions().contains("token_hash"))
                .map(there -> there.getString("token_hash"))
                .orElse("");
    }
}
