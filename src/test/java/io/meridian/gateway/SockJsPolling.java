package io.meridian.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.meridian.testing.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** SockJS' polling by hand: one poll at a time, and only when the test wants one. */
final class SockJsPolling {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();

    SockJsPolling(URI node, String server, String session) {
        this.base = node + "/sockjs/" + server + "/" + session;
    }

    /** SockJS' frame; the messages in it are in {@link #frames}. */
    String poll() {
        String frame = call("POST", "/xhr", "").body().strip();
        if (frame.startsWith("a")) {
            Wire.parse(frame.substring(1)).forEach(text -> frames.add(Wire.parse(text.asText())));
        }
        return frame;
    }

    HttpResponse<String> send(List<String> messages) {
        ArrayNode body = Wire.object().putArray("all");
        messages.forEach(body::add);
        return sendBody(body.toString());
    }

    HttpResponse<String> sendBody(String body) {
        return call("POST", "/xhr_send", body);
    }

    HttpResponse<String> call(String method, String path, String body) {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create(base + path))
                            .timeout(BOUND)
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    List<JsonNode> frames() {
        return frames;
    }

    List<JsonNode> events() {
        return frames.stream()
                .filter(frame -> frame.path("eventType").asText().equals("message_created"))
                .toList();
    }

    /** To sends. */
    List<JsonNode> answers() {
        return frames.stream()
                .filter(frame -> frame.path("eventType").asText().equals("message_sent"))
                .toList();
    }
}
