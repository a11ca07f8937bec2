package io.meridian.testing;

/** A registered user. */
public record Account(String userId, String username, String password) {}
