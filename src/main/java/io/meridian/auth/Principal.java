package io.meridian.auth;

import io.meridian.message.UserId;
import java.time.Instant;

/**
 * Who a verified access token speaks for.
 *
 * @param expiresAt until when it is taken
 * @param issuedAt in whole seconds; {@link Instant#EPOCH} where the token does not say
 * @param loginOrNull which login of ours it comes from, see {@link io.meridian.message.Ids#login}; an outside issuer's of none
 */
public record Principal(UserId userId, Instant expiresAt, Instant issuedAt, String loginOrNull) {}
