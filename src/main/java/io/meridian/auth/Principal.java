package io.meridian.auth;

import io.meridian.message.UserId;
import java.time.Instant;

/** Who a verified access token speaks for, and until when it is taken. */
public record Principal(UserId userId, Instant expiresAt) {}
