package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.meridian.auth.OutsideIssuer;
import io.meridian.launch.LocalEngine;
import io.meridian.message.Ids;
import io.meridian.testing.Answer;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.Wire;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users whom somebody else has signed in. */
class OutsideIssuerIT {
    private static final String ISSUER = "https://people.example";

    @TempDir
    static Path directory;

    private static LocalEngine kafka;
    private static TestNode node;
    private static Vertx vertx;
    private static RSAKey key;

    @BeforeAll
    static void start() throws JOSEException {
        key = new RSAKeyGenerator(2048).keyID("people-1").generate();
        vertx = Vertx.vertx();
        HttpServer issuer = TestNode.await(vertx.createHttpServer()
                .requestHandler(request -> request.response().end(new JWKSet(key).toString(true)))
                .listen(0, "127.0.0.1"));
        kafka = Engines.startKafka(directory.resolve("kafka"));
        node = new TestNode(
                kafka.address(),
                Engines.redis(),
                TestNode.CONTRACT,
                directory,
                List.of(new OutsideIssuer(ISSUER, "http://127.0.0.1:" + issuer.actualPort() + "/jwks.json", "chat")));
    }

    @AfterAll
    static void stop() {
        node.close();
        kafka.close();
        TestNode.await(vertx.close().map("closed"));
    }

    private static String token(String subject, String audience, String preferred) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    new JWTClaimsSet.Builder()
                            .issuer(ISSUER)
                            .audience(audience)
                            .subject(subject)
                            .claim("preferred_username", preferred)
                            .claim("name", "Some Body")
                            .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                            .build());
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Answer profile(String subject, String token) {
        return node.world.api().call(0, "GET", "/api/users/" + Ids.external(ISSUER, subject), token, null);
    }

    @Test
    void userIsMadeAtFirstSightAndIsTheSameEverAfter() {
        Answer first = profile("subject-1", token("subject-1", "chat", "Somebody@people.example"));
        Answer second = profile("subject-1", token("subject-1", "chat", "renamed"));

        assertThat(first.status()).as(first.toString()).isEqualTo(200);
        assertThat(first.text("username")).isEqualTo("somebody");
        assertThat(first.text("displayName")).isEqualTo("Some Body");
        assertThat(second.text("username")).isEqualTo("somebody");
    }

    @Test
    void takenNameIsNotTakenOver() {
        Person ann = node.world.register("ann");
        Answer stranger = profile("subject-2", token("subject-2", "chat", ann.username()));

        assertThat(stranger.text("username"))
                .isNotEqualTo(ann.username())
                .startsWith(ann.username().substring(0, 3));
        assertThat(stranger.text("userId")).isNotEqualTo(ann.id());
    }

    @Test
    void tokenForSomebodyElsesServiceIsRefused() {
        assertThat(profile("subject-3", token("subject-3", "mail", "x-y-z")).status())
                .isEqualTo(401);
    }

    @Test
    void tokenOpensALiveConnection() {
        MultiMap none = MultiMap.caseInsensitiveMultiMap();
        RawConnection phone = RawConnection.open(node.world, 0, "/connect", none);
        phone.send(Wire.frame("hello").put("deviceId", "phone").put("token", token("subject-4", "chat", "four")));

        assertThat(phone.await("ready").path("userId").asText())
                .isEqualTo(Ids.external(ISSUER, "subject-4").value());
    }
}
