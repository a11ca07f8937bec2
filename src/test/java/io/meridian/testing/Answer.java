package io.meridian.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;

/** An HTTP answer; {@code body} is {@code MissingNode} when there was none. */
public record Answer(int status, HttpHeaders headers, JsonNode body) {
    static Answer of(HttpResponse<String> response) {
        String text = response.body();
        boolean json = response.headers().firstValue("content-type").orElse("").contains("json");
        JsonNode body = json && !text.isBlank() ? Wire.parse(text) : MissingNode.getInstance();
        return new Answer(response.statusCode(), response.headers(), body);
    }

    /** A field of the body, as text; empty when it is not there. */
    public String text(String field) {
        return body.path(field).asText("");
    }

    public long number(String field) {
        return body.path(field).asLong();
    }

    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** Nothing was promised and nothing denied: to be tried again, with the same idempotency key. */
    public boolean isRetryable() {
        return status == 503 || status == 429;
    }

    public String contentType() {
        return headers.firstValue("content-type").orElse("");
    }

    @Override
    public String toString() {
        return status + " " + body;
    }
}
