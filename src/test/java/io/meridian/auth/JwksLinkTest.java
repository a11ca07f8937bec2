package io.meridian.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an issuer of our own, over HTTP. */
class JwksLinkTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicReference<String> published = new AtomicReference<>("");
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
    private final InstantSource clock = now::get;
    private final ECKey first = Keys.signing();
    private final ECKey second = Keys.signing();
    private HttpServer issuer;
    private JwksLink link;

    @BeforeEach
    void start() throws Exception {
        issuer = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    fetches.incrementAndGet();
                    request.response().end(published.get());
                })
                .listen(0, "127.0.0.1"));
        link = new JwksLink(
                vertx,
                new OutsideIssuer("https://issuer", "http://127.0.0.1:" + issuer.actualPort() + "/jwks", "chat"),
                clock);
        publish(first);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void keysAreFetchedOnceAndAgainForAnUnknownKidButNotMoreOftenThanTheBound() throws Exception {
        assertThat(ids(first.getKeyID())).containsExactly(first.getKeyID());
        assertThat(ids(first.getKeyID())).containsExactly(first.getKeyID());
        assertThat(fetches).hasValue(1);

        publish(first, second);
        assertThat(ids(second.getKeyID())).as("too early to ask again").isEmpty();
        assertThat(fetches).hasValue(1);

        now.updateAndGet(time -> time.plusSeconds(31));
        assertThat(ids(second.getKeyID())).containsExactly(second.getKeyID());
        assertThat(ids("made-up")).isEmpty();
        assertThat(fetches).hasValue(2);
    }

    @Test
    void knownKeysGoOnToCountWhileTheIssuerIsOut() throws Exception {
        assertThat(ids(first.getKeyID())).hasSize(1);
        await(issuer.close());
        now.updateAndGet(time -> time.plusSeconds(3600));

        assertThat(ids(first.getKeyID())).hasSize(1);
    }

    @Test
    void whileNoKeysAreKnownTheAnswerIsUnavailableNotUnauthenticated() {
        published.set("no keys");

        assertThat(link.keysFor("any").otherwiseEmpty().toCompletionStage().toCompletableFuture())
                .succeedsWithin(java.time.Duration.ofSeconds(10))
                .isNull();
        assertThat(failure(link.keysFor("any")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private static RefusedException failure(Future<?> future) {
        try {
            await(future);
            throw new AssertionError("has not failed");
        } catch (ExecutionException e) {
            return (RefusedException) e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> ids(String kid) throws Exception {
        return await(link.keysFor(kid)).stream().map(JWK::getKeyID).toList();
    }

    private void publish(JWK... keys) {
        published.set(new JWKSet(List.of(keys)).toString(true));
    }

    private static <T> T await(Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
