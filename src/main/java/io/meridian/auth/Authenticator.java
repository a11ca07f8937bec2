package io.meridian.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.meridian.message.DeviceId;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says who an access token speaks for, and notes by which devices it does. Shared by the gateways of a node, on any of their event loops. */
public final class Authenticator {
    /** A verification costs about 0.2 CPU-ms and a token is used for 15 minutes; 20,000 of them take about 10 MB. */
    private static final int MAX_REMEMBERED = 20_000;

    private final Vertx vertx;
    private final AccessTokens own;
    private final AuthSettings settings;
    private final Map<String, Outside> outside;
    private final OutsideUsers users;
    private final LoginDevices loginDevices;
    private final InstantSource clock;
    private final Cache<String, Principal> remembered = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(Duration.ofMinutes(15))
            .build();

    private record Outside(OutsideIssuer issuer, JwksLink keys) {}

    Authenticator(Vertx vertx, AuthSettings settings, AccessTokens own, Accounts.Stores stores) {
        this.vertx = vertx;
        this.settings = settings;
        this.own = own;
        this.clock = stores.clock();
        this.users = new OutsideUsers(stores);
        this.loginDevices = new LoginDevices(stores.tokens());
        this.outside = settings.outsideIssuers().stream()
                .collect(Collectors.toUnmodifiableMap(
                        OutsideIssuer::issuer, issuer -> new Outside(issuer, new JwksLink(vertx, issuer, clock))));
    }

    /** Fails with {@link RefusedException}: {@code unauthenticated}, or {@code unavailable} while an outside issuer's keys cannot be had. */
    public Future<Principal> authenticate(String token) {
        Instant now = clock.instant();
        Principal known = token == null ? null : remembered.getIfPresent(token);
        if (known != null && now.isBefore(known.expiresAt())) {
            return Future.succeededFuture(known);
        }
        return TokenClaims.parse(token)
                .map(jwt -> verify(jwt, now))
                .orElseGet(() -> Future.failedFuture(refused()))
                .map(principal -> {
                    remembered.put(token, principal);
                    return principal;
                });
    }

    /**
     * To be called before a device is taken in by a token: from then on the device's removal ends the login that the token comes
     * from. Costs nothing where it was called before.
     */
    public Future<Void> usedBy(DeviceId device, Principal principal) {
        return loginDevices.note(device, principal);
    }

    Future<Void> close() {
        return Future.join(outside.values().stream()
                        .map(issuer -> issuer.keys().close())
                        .toList())
                .mapEmpty();
    }

    private Future<Principal> verify(SignedJWT jwt, Instant now) {
        String issuer = TokenClaims.issuer(jwt);
        if (settings.issuer().equals(issuer)) {
            return own.verify(jwt, now).map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(refused()));
        }
        Outside found = issuer == null ? null : outside.get(issuer);
        return found == null ? Future.failedFuture(refused()) : verify(jwt, found, now);
    }

    private Future<Principal> verify(SignedJWT jwt, Outside from, Instant now) {
        return here(from.keys().keysFor(jwt.getHeader().getKeyID()))
                .map(keys -> believed(jwt, keys, from.issuer(), now).orElseThrow(Authenticator::refused))
                .compose(claims -> users.known(from.issuer().issuer(), claims)
                        .map(user -> new Principal(
                                user,
                                claims.getExpirationTime().toInstant().plus(TokenClaims.CLOCK_SKEW),
                                TokenClaims.issuedAt(claims),
                                null)));
    }

    /** A fetch that several event loops wait for ends on one of them; each goes on where it was. */
    private <T> Future<T> here(Future<T> future) {
        if (future.isComplete()) {
            return future;
        }
        Context context = vertx.getOrCreateContext();
        Promise<T> here = Promise.promise();
        future.onComplete(
                value -> context.runOnContext(now -> here.complete(value)),
                failure -> context.runOnContext(now -> here.fail(failure)));
        return here.future();
    }

    private static Optional<JWTClaimsSet> believed(SignedJWT jwt, List<JWK> keys, OutsideIssuer issuer, Instant now) {
        return keys.stream()
                .flatMap(key ->
                        TokenClaims.believed(jwt, key, TokenClaims.ASYMMETRIC, issuer.issuer(), issuer.audience(), now)
                                .stream())
                .findFirst();
    }

    private static RefusedException refused() {
        return RefusedException.of(ErrorCode.UNAUTHENTICATED, "the access token is missing, expired or not valid");
    }
}
