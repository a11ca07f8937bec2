package io.meridian.auth;

import io.meridian.message.RegionId;
import io.meridian.store.TokenStore;
import io.meridian.store.UserStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Accounts and tokens of a node; one for all of its gateways. */
public final class Auth {
    private final Accounts accounts;
    private final Authenticator authenticator;
    private final byte[] jwks;
    private final PasswordHasher hasher;

    private Auth(Accounts accounts, Authenticator authenticator, byte[] jwks, PasswordHasher hasher) {
        this.accounts = accounts;
        this.authenticator = authenticator;
        this.jwks = jwks;
        this.hasher = hasher;
    }

    /**
     * Reads the key file. Fails with an {@link IllegalArgumentException} that says what is wrong with it.
     *
     * @param random for user ids, token ids, refresh tokens and salts
     */
    public static Future<Auth> open(
            Vertx vertx,
            AuthSettings settings,
            RegionId region,
            UserStore users,
            TokenStore tokens,
            SecureRandom random,
            InstantSource clock) {
        Accounts.Stores stores = new Accounts.Stores(region, users, tokens, clock);
        return vertx.executeBlocking(() -> of(vertx, settings, stores, keys(settings), random), false);
    }

    /**
     * Whether the key file is good, before anything is started with it.
     *
     * @throws IllegalArgumentException with the key, the value and the remedy
     */
    public static void check(AuthSettings settings) {
        keys(settings);
    }

    private static SigningKeys keys(AuthSettings settings) {
        String named = "meridian.auth.signing-key-file = " + settings.signingKeyFile() + ": ";
        try {
            return SigningKeys.parse(Files.readString(settings.signingKeyFile()));
        } catch (IOException e) {
            throw new IllegalArgumentException(named + "cannot be read; put a private JWK (EC, P-256) there", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(named + e.getMessage() + "; put a private JWK (EC, P-256) there", e);
        }
    }

    private static Auth of(
            Vertx vertx, AuthSettings settings, Accounts.Stores stores, SigningKeys keys, SecureRandom random) {
        Randomness randomness = new Randomness(random);
        AccessTokens accessTokens = new AccessTokens(settings, keys, randomness);
        PasswordHasher hasher = new PasswordHasher(vertx, settings, randomness);
        return new Auth(
                new Accounts(settings, stores, accessTokens, hasher, randomness),
                new Authenticator(vertx, settings, accessTokens, stores),
                keys.published(),
                hasher);
    }

    public Accounts accounts() {
        return accounts;
    }

    public Authenticator authenticator() {
        return authenticator;
    }

    /** The public keys as a JWK set, JSON. */
    public byte[] jwks() {
        return jwks.clone();
    }

    public Future<Void> close() {
        return Future.join(hasher.close(), authenticator.close()).mapEmpty();
    }
}
