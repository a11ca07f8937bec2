package io.meridian.auth;

import io.meridian.message.UserId;
import java.time.Instant;

/**
 * Who a verified access token speaks for.
 *
 * @param expiresAt until when it is taken
 * @param issuedAt in whole seconds; {@link Instant#EPOCH} where the token does not say
 */
public record Principal(UserId userId, Instant expiresAt, Instant issuedAt) {}
