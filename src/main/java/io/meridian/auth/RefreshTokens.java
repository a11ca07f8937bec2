package io.meridian.auth;

import io.meridian.message.DeviceId;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.meridian.store.RefreshFamily;
import io.meridian.store.TokenStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;

/** Families of refresh tokens: begun by a login, rotated at each use, ended by reuse, logout or the device's removal. */
final class RefreshTokens {
    /** A token that replaced another one, and whose it is. */
    record Rotated(UserId user, RefreshToken token) {}

    private final TokenStore store;
    private final Randomness randomness;
    private final Duration life;

    RefreshTokens(TokenStore store, Randomness randomness, Duration life) {
        this.store = store;
        this.randomness = randomness;
        this.life = life;
    }

    Future<RefreshToken> begin(UserId user, DeviceId deviceOrNull, Instant now) {
        RefreshToken token = new RefreshToken(randomness.id(), randomness.secret());
        return store.create(
                        new RefreshFamily(token.familyId(), user, token.hash(), deviceOrNull, false, now.plus(life)))
                .map(done -> token);
    }

    /** Of calls with the same token one wins; a token that was replaced before ends its family. */
    Future<Rotated> rotate(String presented, DeviceId deviceOrNull, Instant now) {
        RefreshToken token = RefreshToken.parse(presented).orElseThrow(RefreshTokens::refused);
        return store.find(token.familyId()).compose(found -> {
            RefreshFamily family = found.orElseThrow(RefreshTokens::refused);
            return switch (token.judge(family, deviceOrNull, now)) {
                case ROTATE -> replace(family, token, deviceOrNull, now);
                case OTHER_DEVICE ->
                    Future.failedFuture(RefusedException.of(
                            ErrorCode.FORBIDDEN, "this refresh token belongs to another device: log in on this one"));
                case REUSED -> store.revoke(family.familyId()).compose(done -> Future.failedFuture(refused()));
                case DEAD -> Future.failedFuture(refused());
            };
        });
    }

    /** Ends the token's family if it is the user's; a token nobody knows is as good as ended. */
    Future<Void> end(UserId user, String presented) {
        return RefreshToken.parse(presented)
                .map(token -> store.find(token.familyId())
                        .compose(found -> found.filter(family -> family.user().equals(user))
                                .map(family -> store.revoke(family.familyId()))
                                .orElseGet(Future::succeededFuture)))
                .orElseGet(Future::succeededFuture);
    }

    /**
     * In its place, also where the token is bound to a device only now: a family that began anew would leave whoever holds a
     * copy of the old token unnoticed, and the new one out of reach of its logout.
     */
    private Future<Rotated> replace(RefreshFamily family, RefreshToken token, DeviceId deviceOrNull, Instant now) {
        RefreshToken next = new RefreshToken(family.familyId(), randomness.secret());
        return store.rotate(family.familyId(), token.hash(), next.hash(), deviceOrNull, now.plus(life))
                .compose(won -> won
                        ? Future.succeededFuture(new Rotated(family.user(), next))
                        : Future.failedFuture(refused()));
    }

    private static RefusedException refused() {
        return RefusedException.of(ErrorCode.UNAUTHENTICATED, "the refresh token is not valid any more: log in again");
    }
}
