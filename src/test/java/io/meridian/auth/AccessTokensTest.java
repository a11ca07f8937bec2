package io.meridian.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.meridian.message.Ids;
import io.meridian.message.UserId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AccessTokensTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final UserId USER = new UserId("0123456789abcdef0123456789abcdef");
    private static final String LOGIN = Ids.login("family");
    private static final AuthSettings SETTINGS = AuthSettings.of(Path.of("key.json"));

    private final ECKey key = Keys.signing();
    private final AccessTokens tokens = tokens(key.toJSONString());

    private static AccessTokens tokens(String jwks) {
        return new AccessTokens(SETTINGS, SigningKeys.parse(jwks), new Randomness(new SecureRandom()));
    }

    private Optional<Principal> verify(String token, Instant at) {
        return TokenClaims.parse(token).flatMap(jwt -> tokens.verify(jwt, at));
    }

    private static String signed(ECKey by, JWSHeader header, UnaryOperator<JWTClaimsSet.Builder> change)
            throws JOSEException {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer("meridian")
                .audience("meridian")
                .subject(USER.value())
                .expirationTime(Date.from(NOW.plusSeconds(60)));
        SignedJWT jwt = new SignedJWT(header, change.apply(claims).build());
        jwt.sign(new ECDSASigner(by));
        return jwt.serialize();
    }

    private String signed(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
        return signed(key, header(key), change);
    }

    private static JWSHeader header(ECKey key) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
    }

    @Test
    void ownTokenNamesItsUserForFifteenMinutes() {
        String token = tokens.issue(USER, LOGIN, NOW).value();

        assertThat(verify(token, NOW)).map(Principal::userId).contains(USER);
        assertThat(verify(token, NOW)).map(Principal::loginOrNull).contains(LOGIN);
        assertThat(verify(token, NOW.plus(Duration.ofMinutes(15)).plusSeconds(29)))
                .isPresent();
        assertThat(verify(token, NOW.plus(Duration.ofMinutes(15)).plusSeconds(30)))
                .isEmpty();
    }

    @Test
    void tokenThatExpiresLaterThanTheClockSaysIsTakenOnlyWithinTheSkew() throws JOSEException {
        assertThat(verify(signed(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(20)))), NOW))
                .isPresent();
        assertThat(verify(signed(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(40)))), NOW))
                .isEmpty();
    }

    @Test
    void wrongOrMissingClaimsAreRefused() throws JOSEException {
        assertThat(verify(signed(claims -> claims), NOW)).isPresent();
        assertThat(verify(signed(claims -> claims.audience("another")), NOW)).isEmpty();
        assertThat(verify(signed(claims -> claims.issuer("another")), NOW)).isEmpty();
        assertThat(verify(signed(claims -> claims.issuer(null)), NOW)).isEmpty();
        assertThat(verify(signed(claims -> claims.subject(null)), NOW)).isEmpty();
        assertThat(verify(signed(claims -> claims.subject("not an id")), NOW)).isEmpty();
        assertThat(verify(signed(claims -> claims.expirationTime(null)), NOW)).isEmpty();
        assertThat(verify(signed(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(31)))), NOW))
                .isEmpty();
    }

    @Test
    void anotherKeysSignatureIsRefusedWhateverKidItNames() throws JOSEException {
        ECKey other = Keys.signing();

        assertThat(verify(signed(other, header(other), claims -> claims), NOW)).isEmpty();
        assertThat(verify(signed(other, header(key), claims -> claims), NOW)).isEmpty();
        assertThat(verify(signed(key, new JWSHeader(JWSAlgorithm.ES256), claims -> claims), NOW))
                .isEmpty();
    }

    @Test
    void unsignedTokenIsRefused() {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer("meridian")
                .audience("meridian")
                .subject(USER.value())
                .expirationTime(Date.from(NOW.plusSeconds(60)))
                .build();
        String unsigned = new PlainJWT(claims).serialize();
        String signature = tokens.issue(USER, LOGIN, NOW).value().split("\\.")[2];

        assertThat(verify(unsigned, NOW)).isEmpty();
        assertThat(verify(unsigned + signature, NOW)).isEmpty();
    }

    @Test
    void publicKeyIsNoSharedSecret() throws JOSEException {
        SignedJWT forged = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer("meridian")
                        .audience("meridian")
                        .subject(USER.value())
                        .expirationTime(Date.from(NOW.plusSeconds(60)))
                        .build());
        forged.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));

        assertThat(verify(forged.serialize(), NOW)).isEmpty();
    }

    @Test
    void changedTokenIsRefused() {
        String[] parts = tokens.issue(USER, LOGIN, NOW).value().split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace(USER.value(), "f".repeat(32));
        String changed =
                Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8));

        assertThat(verify(parts[0] + "." + changed + "." + parts[2], NOW)).isEmpty();
        assertThat(verify(parts[0] + "." + parts[1] + ".", NOW)).isEmpty();
    }

    @Test
    void whatIsNoTokenIsRefused() {
        for (String text : List.of("", ".", "..", "a.b.c", "x".repeat(10_000), "{}", "e30.e30.e30")) {
            assertThat(verify(text, NOW)).as(text).isEmpty();
        }
        assertThat(TokenClaims.parse(null)).isEmpty();
    }

    @Test
    void afterRotationTheOldKeyStillVerifiesAndTheNewOneSigns() {
        ECKey next = Keys.signing();
        String before = tokens.issue(USER, LOGIN, NOW).value();
        AccessTokens rotated = tokens(new JWKSet(List.of(next, key)).toString(false));

        assertThat(TokenClaims.parse(before).flatMap(jwt -> rotated.verify(jwt, NOW)))
                .isPresent();
        assertThat(verify(rotated.issue(USER, LOGIN, NOW).value(), NOW)).isEmpty();
    }

    @Test
    void publishedKeysArePublic() {
        String published = new String(
                SigningKeys.parse(new JWKSet(List.of(key, Keys.signing())).toString(false))
                        .published(),
                StandardCharsets.UTF_8);

        assertThat(published)
                .contains(key.getKeyID())
                .contains("\"kty\":\"EC\"")
                .doesNotContain("\"d\"");
    }
}
