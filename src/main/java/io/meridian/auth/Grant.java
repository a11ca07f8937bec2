package io.meridian.auth;

import io.meridian.message.UserId;

/** What a registration, login or refresh gives. */
public record Grant(UserId userId, Secret accessToken, Secret refreshToken, long expiresInSeconds) {}
