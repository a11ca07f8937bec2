/**
 * Accounts, passwords and tokens.
 *
 * <p>A password is kept as an Argon2id hash in its encoded form, which names its parameters. An access token is a JWT
 * (ES256, 15 minutes) signed with the first key of the key file; every key of the file verifies, and the public halves
 * are published as a JWKS. A refresh token is {@code familyId.secret}: the store holds the family with the SHA-256 of the
 * secret that is good now, each use replaces it by a conditional write, and an older one revokes the family. An access
 * token says which login it comes from ({@code sid}, a hash of the family's id), and a device that comes with it is noted:
 * removing the device ends that login. Tokens of outside issuers are verified with the keys at their JWKS URL; their
 * subjects become users at first sight.
 */
package io.meridian.auth;
