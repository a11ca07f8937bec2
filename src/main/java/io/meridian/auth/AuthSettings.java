package io.meridian.auth;

import io.meridian.store.TokenStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How accounts and tokens are handled.
 *
 * @param signingKeyFile a private JWK, or a JWK set whose first key signs and whose others still verify (rotation)
 * @param issuer {@code iss} of our own tokens; the same in every node and region
 * @param audience {@code aud} of our own tokens
 * @param accessTokenLife how long an access token is good, and so how long a lost one is
 * @param refreshTokenLife how long a refresh token is good when it is not used
 * @param hashThreads threads that hash passwords; each takes a core and 19 MiB while it does
 * @param hashQueue hashes that may wait for a thread, before {@code overloaded} is the honest answer
 * @param outsideIssuers others whose tokens are taken
 */
public record AuthSettings(
        Path signingKeyFile,
        String issuer,
        String audience,
        Duration accessTokenLife,
        Duration refreshTokenLife,
        int hashThreads,
        int hashQueue,
        List<OutsideIssuer> outsideIssuers) {
    /** The contract's 15 minutes. */
    public static final Duration ACCESS_TOKEN_LIFE = Duration.ofMinutes(15);

    public static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(30);
    /** About 50 ms each: 256 that wait are 6 s with two threads, shorter than clients wait. */
    public static final int HASH_QUEUE = 256;

    private static final int MAX_HASH_THREADS = 64;

    public AuthSettings {
        require(
                signingKeyFile != null,
                "signing-key-file",
                signingKeyFile,
                "name a file that holds a private JWK (EC, P-256)");
        require(issuer != null && !issuer.isBlank(), "issuer", issuer, "use one name for all nodes and regions");
        require(
                audience != null && !audience.isBlank(),
                "audience",
                audience,
                "use one name for all nodes and regions");
        require(
                accessTokenLife.toSeconds() >= 1 && accessTokenLife.compareTo(Duration.ofDays(1)) <= 0,
                "access-token-life",
                accessTokenLife,
                "use 1s to 1d, 15m is the contract");
        require(
                refreshTokenLife.compareTo(accessTokenLife) >= 0,
                "refresh-token-life",
                refreshTokenLife,
                "it must not be shorter than access-token-life");
        require(
                refreshTokenLife.compareTo(TokenStore.KEPT) <= 0,
                "refresh-token-life",
                refreshTokenLife,
                "use at most 90d: a login that was not used for so long is forgotten");
        require(
                hashThreads >= 1 && hashThreads <= MAX_HASH_THREADS,
                "hash-threads",
                hashThreads,
                "use 1 to " + MAX_HASH_THREADS + ", at most the number of cores");
        require(hashQueue >= 1, "hash-queue", hashQueue, "use at least 1");
        outsideIssuers = List.copyOf(outsideIssuers);
        require(
                outsideIssuers.stream().map(OutsideIssuer::issuer).distinct().count() == outsideIssuers.size(),
                "outside-issuers",
                outsideIssuers,
                "name each issuer once");
        String own = issuer;
        require(
                outsideIssuers.stream().noneMatch(outside -> outside.issuer().equals(own)),
                "outside-issuers",
                outsideIssuers,
                "auth.issuer cannot be an outside one, too");
    }

    /** The defaults for a key file. */
    public static AuthSettings of(Path signingKeyFile) {
        return new AuthSettings(
                signingKeyFile,
                "meridian",
                "meridian",
                ACCESS_TOKEN_LIFE,
                REFRESH_TOKEN_LIFE,
                Math.min(MAX_HASH_THREADS, Runtime.getRuntime().availableProcessors()),
                HASH_QUEUE,
                List.of());
    }

    static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException("meridian.auth." + key + " = " + value + ": " + remedy);
        }
    }
}
