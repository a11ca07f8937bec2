package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.meridian.auth.Keys;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.Fuzz;
import io.meridian.testing.NodeWatch;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import io.vertx.core.http.UpgradeRejectedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tokens that are none of ours, or not good any more, made with the region's own key where that is needed. */
@ExtendWith(RunningRegion.class)
class BadTokensIT {
    private static final int MANY = 1_000;

    private static JWTClaimsSet.Builder claims(Person person) {
        return new JWTClaimsSet.Builder()
                .issuer("meridian")
                .audience("meridian")
                .subject(person.id())
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private static String signed(ECKey key, String kid, JWTClaimsSet claims) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(kid).build(), claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private static Map<String, String> bad(ECKey key, String kid, Person person) throws Exception {
        Map<String, String> tokens = new LinkedHashMap<>();
        Map<String, UnaryOperator<JWTClaimsSet.Builder>> wrong = Map.of(
                "expired",
                        claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(60))),
                "never expires", claims -> claims.expirationTime(null),
                "not yet",
                        claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(300))),
                "other audience", claims -> claims.audience("another"),
                "no audience", claims -> claims.audience((String) null),
                "other issuer", claims -> claims.issuer("https://evil.example"),
                "no issuer", claims -> claims.issuer(null),
                "no subject", claims -> claims.subject(null),
                "subject that is no id", claims -> claims.subject("a b\nforged"));
        for (var change : wrong.entrySet()) {
            tokens.put(
                    change.getKey(),
                    signed(key, kid, change.getValue().apply(claims(person)).build()));
        }
        tokens.put(
                "another key under this kid",
                signed(Keys.signing(), kid, claims(person).build()));
        tokens.put("unknown kid", signed(key, "x\r\nforged", claims(person).build()));
        tokens.put("none", new PlainJWT(claims(person).build()).serialize());
        SignedJWT shared = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(),
                claims(person).build());
        shared.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        tokens.put("public key as a secret", shared.serialize());
        String[] parts = person.accessToken().split("\\.");
        tokens.put("no signature", parts[0] + "." + parts[1] + ".");
        tokens.put(
                "truncated",
                person.accessToken().substring(0, person.accessToken().length() - 10));
        tokens.put("other claims", parts[0] + "." + base64("{\"sub\":\"" + "f".repeat(32) + "\"}") + "." + parts[2]);
        tokens.put("deep", base64("{\"alg\":\"ES256\"}") + "." + base64("[".repeat(3_000)) + ".x");
        tokens.put(
                "huge numbers", parts[0] + "." + base64("{\"iss\":\"meridian\",\"exp\":1e999999999}") + "." + parts[2]);
        tokens.put("huge", "x".repeat(9_000));
        tokens.put("refresh token", person.refreshToken());
        tokens.put("garbage", "nonsense");
        return tokens;
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void noneOfThemIsTakenAnywhere(ClientWorld world, Cluster cluster) throws Exception {
        Person ann = world.register("ann");
        ECKey key = key(cluster);
        String kid = kid(ann);
        assertThat(status(world, signed(key, kid, claims(ann).build())))
                .as("made the same way, with nothing wrong")
                .isEqualTo(200);
        NodeWatch watch = new NodeWatch(cluster);
        bad(key, kid, ann).forEach((what, token) -> {
            assertThat(status(world, token)).as(what).isEqualTo(401);
            assertThatThrownBy(() -> RawConnection.open(world, 0, token))
                    .as(what)
                    .isInstanceOfSatisfying(
                            UpgradeRejectedException.class,
                            refused -> assertThat(refused.getStatus()).isEqualTo(401));
            RawConnection late = RawConnection.open(world, 1, null);
            late.send(Wire.frame("hello").put("deviceId", "d").put("token", token));
            late.isClosedWith(4401);
        });
        watch.isUnharmed(ann.accessToken(), ann.refreshToken());
    }

    @Test
    void aThousandOfEachCommonKindAreUnauthenticated(ClientWorld world, Cluster cluster) throws Exception {
        Person ann = world.register("ann");
        ECKey key = key(cluster);
        String kid = kid(ann);
        ECKey other = Keys.signing();
        NodeWatch watch = new NodeWatch(cluster);
        for (int i = 0; i < MANY; i++) {
            String id = Integer.toString(i);
            Date past = Date.from(Instant.now().minusSeconds(60 + i));
            for (String token : List.of(
                    signed(key, kid, claims(ann).jwtID(id).expirationTime(past).build()),
                    signed(other, kid, claims(ann).jwtID(id).build()),
                    signed(key, kid, claims(ann).jwtID(id).audience("another").build()),
                    new PlainJWT(claims(ann).jwtID(id).build()).serialize())) {
                assertThat(status(world, token)).as(token).isEqualTo(401);
            }
        }
        assertThat(ann.get("/api/conversations").status()).isEqualTo(200);
        watch.isUnharmed(ann.accessToken());
    }

    @Test
    void aThousandRandomOnesAreUnauthenticated(ClientWorld world, Cluster cluster) {
        Person ann = world.register("ann");
        NodeWatch watch = new NodeWatch(cluster);
        Random random = world.random("tokens");
        Fuzz fuzz = new Fuzz(random);
        String good = ann.accessToken();
        for (int i = 0; i < MANY; i++) {
            String token;
            if (i % 2 == 0) {
                token = Base64.getUrlEncoder().encodeToString(fuzz.garbage(1 + random.nextInt(200)));
            } else {
                int at = random.nextInt(good.length() - 2);
                token = good.substring(0, at) + (good.charAt(at) == 'A' ? 'B' : 'A') + good.substring(at + 1);
            }
            assertThat(status(world, token)).as(token).isEqualTo(401);
        }
        assertThat(ann.get("/api/conversations").status()).isEqualTo(200);
        watch.isUnharmed(good);
    }

    /** The region's own. */
    private static ECKey key(Cluster cluster) throws Exception {
        return ECKey.parse(
                Files.readString(cluster.dataDirectory().resolve("secrets").resolve("signing-key.json")));
    }

    private static String kid(Person person) {
        String header = person.accessToken().split("\\.")[0];
        return Wire.parse(new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8))
                .path("kid")
                .asText();
    }

    private static int status(ClientWorld world, String token) {
        return world.api()
                .call(0, "GET", "/api/conversations", clean(token), null)
                .status();
    }

    /** What this client refuses to put into a header. */
    private static String clean(String token) {
        return token.replaceAll("[\\r\\n]", "");
    }
}
