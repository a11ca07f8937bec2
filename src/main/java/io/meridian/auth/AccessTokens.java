package io.meridian.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.meridian.message.Ids;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.UserId;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;

/** Our own access tokens: made and verified. */
final class AccessTokens {
    private static final Set<JWSAlgorithm> OWN = Set.of(JWSAlgorithm.ES256);
    /** Registered for it: the session, of several tokens, that one is of. */
    private static final String LOGIN = "sid";

    private final AuthSettings settings;
    private final SigningKeys keys;
    private final JWSSigner signer;
    private final Randomness randomness;

    AccessTokens(AuthSettings settings, SigningKeys keys, Randomness randomness) {
        this.settings = settings;
        this.keys = keys;
        this.randomness = randomness;
        try {
            this.signer = new ECDSASigner(keys.signing());
        } catch (JOSEException e) {
            throw new IllegalStateException("checked to be a P-256 key", e);
        }
    }

    /** {@code login}: which one it comes from, see {@link Ids#login}. */
    Secret issue(UserId user, String login, Instant now) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(keys.signing().getKeyID())
                .build();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .audience(settings.audience())
                .subject(user.value())
                .jwtID(randomness.id())
                .claim(LOGIN, login)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(settings.accessTokenLife())))
                .build();
        SignedJWT jwt = new SignedJWT(header, claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("signing with a P-256 key cannot fail", e);
        }
        return new Secret(jwt.serialize());
    }

    Optional<Principal> verify(SignedJWT jwt, Instant now) {
        return keys.verifying(jwt.getHeader().getKeyID())
                .flatMap(key -> TokenClaims.believed(jwt, key, OWN, settings.issuer(), settings.audience(), now))
                .flatMap(AccessTokens::principal);
    }

    private static Optional<Principal> principal(JWTClaimsSet claims) {
        try {
            Instant until = claims.getExpirationTime().toInstant().plus(TokenClaims.CLOCK_SKEW);
            String login = claims.getClaim(LOGIN) instanceof String text ? text : null;
            return Optional.of(
                    new Principal(new UserId(claims.getSubject()), until, TokenClaims.issuedAt(claims), login));
        } catch (InvalidFieldException e) {
            return Optional.empty();
        }
    }
}
