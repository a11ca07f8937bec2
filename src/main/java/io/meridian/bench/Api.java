package io.meridian.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meridian.async.Deadline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The HTTP calls that set a measurement up. Tries again what the server asks to be tried again. */
final class Api {
    static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private static final int CONNECTIONS = 32;
    /** Longer than the server lets a hash wait on a machine that is busy with hashing. */
    private static final long ANSWER_MS = 30_000;
    /** With the pauses between them about a minute. */
    private static final int MOST_TRIES = 60;

    private static final long PAUSE_MS = 1_000;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final HttpClient client;

    Api(Vertx vertx) {
        this.vertx = vertx;
        client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(5_000).setKeepAlive(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /** @param tries how often it took to get an answer; above 1 the server had asked for patience */
    record Answer(int status, JsonNode body, int tries) {
        boolean isSuccess() {
            return status / 100 == 2;
        }

        String text(String field) {
            return body.path(field).asText();
        }

        /** This answer; fails with what the server said unless it is a success. */
        Answer succeeded(String what) {
            if (!isSuccess()) {
                throw new BenchException(what + " was answered " + status + " " + body);
            }
            return this;
        }
    }

    /** @param headers besides those of every call; the token goes there */
    Future<Answer> post(URI node, String path, Map<String, String> headers, String body) {
        return attempt(node, path, headers, body, 1);
    }

    private Future<Answer> attempt(URI node, String path, Map<String, String> headers, String body, int tries) {
        return Deadline.within(ANSWER_MS, once(node, path, headers, body, tries))
                .compose(answer -> {
                    boolean again = answer.status() == TOO_MANY || answer.status() == UNAVAILABLE;
                    return again && tries < MOST_TRIES
                            ? vertx.timer(PAUSE_MS, TimeUnit.MILLISECONDS)
                                    .compose(waited -> attempt(node, path, headers, body, tries + 1))
                            : Future.succeededFuture(answer);
                });
    }

    private Future<Answer> once(URI node, String path, Map<String, String> headers, String body, int tries) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(node.getHost())
                .setPort(node.getPort())
                .setURI(path)
                .putHeader("content-type", "application/json");
        headers.forEach(options::putHeader);
        return client.request(options)
                .compose(request -> request.send(Buffer.buffer(body)))
                .compose(response -> response.body().map(bytes -> read(response.statusCode(), bytes, tries)));
    }

    private static Answer read(int status, Buffer bytes, int tries) {
        try {
            return new Answer(status, MAPPER.readTree(bytes.getBytes()), tries);
        } catch (IOException e) {
            throw new BenchException("a node answered " + status + " with something that is no JSON", e);
        }
    }
}
