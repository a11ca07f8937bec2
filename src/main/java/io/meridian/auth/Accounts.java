package io.meridian.auth;

import io.meridian.message.DeviceId;
import io.meridian.message.ErrorCode;
import io.meridian.message.Ids;
import io.meridian.message.RefusedException;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.meridian.store.TokenStore;
import io.meridian.store.User;
import io.meridian.store.UserStore;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** Registering, logging in, staying logged in, logging out. Failures: {@link RefusedException}; anything else means a dependency is out. */
public final class Accounts {
    private static final int MIN_PASSWORD = 8;
    /** 256: long enough for any phrase, short enough that hashing it costs what hashing costs. */
    private static final int MAX_PASSWORD = 256;

    private static final int MAX_DISPLAY_NAME = 100;

    private final AuthSettings settings;
    private final RegionId region;
    private final UserStore users;
    private final TokenStore tokens;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final PasswordHasher hasher;
    private final Randomness randomness;
    private final InstantSource clock;

    Accounts(
            AuthSettings settings,
            Stores stores,
            AccessTokens accessTokens,
            PasswordHasher hasher,
            Randomness randomness) {
        this.settings = settings;
        this.region = stores.region();
        this.users = stores.users();
        this.tokens = stores.tokens();
        this.clock = stores.clock();
        this.accessTokens = accessTokens;
        this.refreshTokens = new RefreshTokens(tokens, randomness, settings.refreshTokenLife());
        this.hasher = hasher;
        this.randomness = randomness;
    }

    /** What accounts are kept in. */
    record Stores(RegionId region, UserStore users, TokenStore tokens, InstantSource clock) {}

    /**
     * Makes an account and logs it in; {@code conflict} when the username is taken.
     *
     * @param displayNameOrNull the username where there is none
     * @param deviceOrNull binds the refresh token to the device: removing that ends it
     */
    public Future<Grant> register(String username, Secret password, String displayNameOrNull, DeviceId deviceOrNull) {
        Map<String, String> errors = new TreeMap<>();
        String name = Usernames.canonical(username).orElseGet(() -> {
            errors.put("username", Usernames.RULE);
            return "";
        });
        passwordError(password).ifPresent(error -> errors.put("password", error));
        String displayName = displayNameOrNull == null ? name : displayNameOrNull.strip();
        if (errors.isEmpty() && !isDisplayName(displayName)) {
            errors.put("displayName", "must be 1 to " + MAX_DISPLAY_NAME + " characters, without control characters");
        }
        if (!errors.isEmpty()) {
            return Future.failedFuture(RefusedException.invalid(errors));
        }
        Instant now = clock.instant();
        User user = new User(new UserId(randomness.id()), name, displayName, region, now);
        return hasher.hash(password)
                // A claim that timed out is decided by claiming again, for the same user; else the name would be lost
                // to it.
                .compose(hash -> users.create(user, hash).recover(failure -> users.create(user, hash)))
                .compose(created -> created
                        ? grant(user.id(), deviceOrNull)
                        : Future.failedFuture(RefusedException.of(ErrorCode.CONFLICT, "the username is taken")));
    }

    /** Takes as long for a username that nobody has. */
    public Future<Grant> login(String username, Secret password, DeviceId deviceOrNull) {
        if (password == null || password.value().length() > 2 * MAX_PASSWORD) {
            return Future.failedFuture(wrong());
        }
        return Usernames.canonical(username)
                .map(users::credentials)
                .orElseGet(() -> Future.succeededFuture(java.util.Optional.empty()))
                .compose(found -> found.filter(credentials -> credentials.passwordHash() != null)
                        .map(known -> hasher.matches(password, known.passwordHash())
                                .map(right -> right ? known.user().id() : null))
                        .orElseGet(() -> hasher.matchesNobody(password).map(never -> null)))
                .compose(user -> user == null ? Future.failedFuture(wrong()) : grant(user, deviceOrNull));
    }

    public Future<Grant> refresh(String refreshToken, DeviceId deviceOrNull) {
        Instant now = clock.instant();
        return Future.<Void>succeededFuture()
                .compose(start -> refreshTokens.rotate(refreshToken, deviceOrNull, now))
                .map(rotated -> granted(rotated.user(), rotated.token(), now));
    }

    /** Ends the family of the refresh token. Access tokens given before stay good until they expire. */
    public Future<Void> logout(UserId user, String refreshToken) {
        return refreshTokens.end(user, refreshToken);
    }

    /** Ends every login that was bound to the device or used by it; one login's other devices have to log in again, too. */
    public Future<Void> forgetDevice(UserId user, DeviceId device) {
        return tokens.revokeDevice(user, device);
    }

    private Future<Grant> grant(UserId user, DeviceId deviceOrNull) {
        Instant now = clock.instant();
        return refreshTokens.begin(user, deviceOrNull, now).map(refresh -> granted(user, refresh, now));
    }

    private Grant granted(UserId user, RefreshToken refresh, Instant now) {
        return new Grant(
                user,
                accessTokens.issue(user, Ids.login(refresh.familyId()), now),
                refresh.whole(),
                settings.accessTokenLife().toSeconds());
    }

    private static java.util.Optional<String> passwordError(Secret password) {
        int length = password == null
                ? 0
                : password.value().codePointCount(0, password.value().length());
        return length >= MIN_PASSWORD && length <= MAX_PASSWORD
                ? java.util.Optional.empty()
                : java.util.Optional.of("must be " + MIN_PASSWORD + " to " + MAX_PASSWORD + " characters");
    }

    static boolean isDisplayName(String name) {
        return !name.isBlank()
                && name.codePointCount(0, name.length()) <= MAX_DISPLAY_NAME
                && name.codePoints().noneMatch(Character::isISOControl);
    }

    private static RefusedException wrong() {
        return RefusedException.of(ErrorCode.UNAUTHENTICATED, "username or password is wrong");
    }
}
