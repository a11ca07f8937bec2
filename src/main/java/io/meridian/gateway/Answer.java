package io.meridian.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.message.Json;
import java.util.Map;

/** What an HTTP call is answered. {@code body} empty: none; never changed. */
@SuppressWarnings("ArrayRecordComponent") // written once, and not compared
record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    private static final String JSON = "application/json";

    static Answer json(int status, JsonNode body) {
        return new Answer(status, JSON, Json.bytes(body), Map.of());
    }

    static Answer json(int status, byte[] body) {
        return new Answer(status, JSON, body, Map.of());
    }

    static Answer ok(JsonNode body) {
        return json(200, body);
    }

    static Answer noContent() {
        return new Answer(204, JSON, new byte[0], Map.of());
    }

    Answer with(String header, String value) {
        return new Answer(status, contentType, body, Map.of(header, value));
    }
}
