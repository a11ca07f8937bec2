package io.meridian.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;

/** Whether a JWT is to be believed. Pure: keys and time are passed in; every doubt is an empty answer. */
final class TokenClaims {
    /** Clocks of two machines may differ by as much. */
    static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
    /** Longer ones are not parsed: no issuer needs 8 KiB, and parsing is paid before any signature is checked. */
    static final int MAX_LENGTH = 8_192;
    /** Never {@code none}, never an HMAC: a public key must not be usable as a shared secret. */
    static final Set<JWSAlgorithm> ASYMMETRIC = Set.of(
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512,
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);

    private TokenClaims() {}

    /** The token in its parts, nothing of it checked. */
    static Optional<SignedJWT> parse(String token) {
        if (token == null || token.isEmpty() || token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            jwt.getJWTClaimsSet();
            return Optional.of(jwt);
        } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    /** Who the token says made it; unchecked, good for choosing the keys only. */
    static String issuer(SignedJWT jwt) {
        return claims(jwt).getIssuer();
    }

    /**
     * The claims, if the key made the signature by an allowed algorithm of its kind, issuer and audience are the wanted
     * ones, there is a subject, and the time is right.
     */
    static Optional<JWTClaimsSet> believed(
            SignedJWT jwt, JWK key, Set<JWSAlgorithm> allowed, String issuer, String audience, Instant now) {
        JWTClaimsSet claims = claims(jwt);
        boolean meant = issuer.equals(claims.getIssuer())
                && claims.getAudience().contains(audience)
                && claims.getSubject() != null
                && !claims.getSubject().isEmpty()
                && inTime(claims, now);
        return meant && signedBy(jwt, key, allowed) ? Optional.of(claims) : Optional.empty();
    }

    /** When it was made; the beginning of time where it does not say, for then it is older than anything. */
    static Instant issuedAt(JWTClaimsSet claims) {
        Date issued = claims.getIssueTime();
        return issued == null ? Instant.EPOCH : issued.toInstant();
    }

    private static boolean inTime(JWTClaimsSet claims, Instant now) {
        Date expires = claims.getExpirationTime();
        Date notBefore = claims.getNotBeforeTime();
        return expires != null
                && now.isBefore(expires.toInstant().plus(CLOCK_SKEW))
                && (notBefore == null || !now.plus(CLOCK_SKEW).isBefore(notBefore.toInstant()));
    }

    private static boolean signedBy(SignedJWT jwt, JWK key, Set<JWSAlgorithm> allowed) {
        JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
        boolean fits = allowed.contains(algorithm)
                && key instanceof AsymmetricJWK
                && (key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()))
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm));
        if (!fits) {
            return false;
        }
        try {
            JWSVerifier verifier = new DefaultJWSVerifierFactory()
                    .createJWSVerifier(jwt.getHeader(), ((AsymmetricJWK) key).toPublicKey());
            return jwt.verify(verifier);
        } catch (JOSEException | IllegalArgumentException e) {
            return false;
        }
    }

    private static JWTClaimsSet claims(SignedJWT jwt) {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw new IllegalStateException("parsed before", e);
        }
    }
}
