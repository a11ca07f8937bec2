package io.meridian.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** HTTP calls to the nodes of a region, each to the node that the caller chooses. Thread-safe. */
public final class HttpApi {
    /** More than the longest a node may take for an answer, so that a stopped node is told from a slow one. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<URI> nodes;
    private final HttpClient client;

    public HttpApi(List<URI> nodes) {
        this.nodes = List.copyOf(nodes);
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(3))
                .build();
    }

    public int nodes() {
        return nodes.size();
    }

    URI node(int index) {
        return nodes.get(Math.floorMod(index, nodes.size()));
    }

    /**
     * One call. The future fails with an {@code IOException} when no answer came.
     *
     * @param token access token, null for none
     * @param body null for none
     */
    public CompletableFuture<Answer> send(
            int node, String method, String path, String token, JsonNode body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(node(node) + path)).timeout(TIMEOUT);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        request.method(
                method,
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.toString()));
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(Answer::of);
    }

    /** The same, waited for; throws {@link CompletionException} when no answer came. */
    public Answer call(int node, String method, String path, String token, JsonNode body) {
        return send(node, method, path, token, body, Map.of()).join();
    }
}
