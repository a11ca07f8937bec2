package io.meridian.auth;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.meridian.async.Deadline;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An outside issuer's public keys. They are kept, and fetched again when they are old or a token names a key that is not
 * among them; not more often than a bound, so that made-up key ids cost the issuer nothing. While it can't be reached
 * the keys known so far go on to count.
 */
final class JwksLink {
    private static final Logger LOG = LoggerFactory.getLogger(JwksLink.class);
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    /** A key set has some KiB. */
    private static final int MAX_BYTES = 256 * 1024;

    private final OutsideIssuer issuer;
    private final InstantSource clock;
    private final HttpClient http;
    private List<JWK> keys = List.of();
    private Instant fetchedAt = Instant.MIN;
    private Instant triedAt = Instant.MIN;
    private Future<Void> fetching = Future.succeededFuture();

    JwksLink(Vertx vertx, OutsideIssuer issuer, InstantSource clock) {
        this.issuer = issuer;
        this.clock = clock;
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) TIMEOUT.toMillis())
                .setMaxHeaderSize(16 * 1024));
    }

    /** The keys that a token with this {@code kid} (or without one) may be signed with. Fails with {@code unavailable} while none are known. */
    Future<List<JWK>> keysFor(String kid) {
        return refreshed(kid).map(done -> named(kid)).compose(found -> {
            boolean never = fetchedAtNow().equals(Instant.MIN);
            return never
                    ? Future.failedFuture(RefusedException.retryable(
                            ErrorCode.UNAVAILABLE, "the issuer's keys cannot be fetched now", RETRY_AFTER))
                    : Future.succeededFuture(found);
        });
    }

    Future<Void> close() {
        return http.close();
    }

    private synchronized Instant fetchedAtNow() {
        return fetchedAt;
    }

    private synchronized List<JWK> named(String kid) {
        return keys.stream()
                .filter(key -> kid == null || kid.equals(key.getKeyID()))
                .toList();
    }

    /** One fetch at a time, whoever asks; event loops of several gateways share this object. */
    private synchronized Future<Void> refreshed(String kid) {
        Instant now = clock.instant();
        boolean old = fetchedAt.equals(Instant.MIN) || fetchedAt.plus(FRESH).isBefore(now);
        boolean unknown = named(kid).isEmpty();
        boolean allowed =
                triedAt.equals(Instant.MIN) || !triedAt.plus(BETWEEN_FETCHES).isAfter(now);
        if (!fetching.isComplete()) {
            return unknown ? fetching : Future.succeededFuture();
        }
        if (!(old || unknown) || !allowed) {
            return Future.succeededFuture();
        }
        triedAt = now;
        fetching = fetch().<Void>map(this::keep).otherwise(failure -> {
            LOG.warn(
                    "Keys of issuer {} at {} cannot be fetched: {}",
                    issuer.issuer(),
                    issuer.jwksUrl(),
                    failure.getMessage());
            return null;
        });
        return unknown ? fetching : Future.succeededFuture();
    }

    private synchronized Void keep(List<JWK> fetched) {
        keys = fetched;
        fetchedAt = clock.instant();
        return null;
    }

    private Future<List<JWK>> fetch() {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(issuer.jwksUrl())
                .setTimeout(TIMEOUT.toMillis())
                .setFollowRedirects(false);
        return Deadline.within(
                        2 * TIMEOUT.toMillis(),
                        // within: an answer that comes before anybody listens, on a busy machine, is lost
                        http.request(request).compose(sent -> sent.send().compose(this::body)))
                .map(JwksLink::parse);
    }

    private Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("answered " + response.statusCode());
        }
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BYTES) {
                response.request().reset();
            } else {
                body.appendBuffer(chunk);
            }
        });
        return response.end().map(done -> body);
    }

    private static List<JWK> parse(Buffer body) {
        try {
            return List.copyOf(JWKSet.parse(body.toString()).getKeys());
        } catch (ParseException e) {
            throw new IllegalArgumentException("no JWK set", e);
        }
    }
}
