package io.meridian.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON as a client reads and writes it; a mapper of its own, so that a test never agrees with the server by sharing its code. */
public final class Wire {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Wire() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A frame of the type. */
    public static ObjectNode frame(String eventType) {
        return object().put("eventType", eventType);
    }

    /** @throws IllegalArgumentException the server sent what is not JSON */
    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + json, e);
        }
    }
}
