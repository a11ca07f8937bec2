package io.meridian.gateway;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.message.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How SockJS (its protocol's version 0.3.3) writes what goes over a session. Pure. */
final class SockJsFrames {
    static final String OPEN = "o";
    static final String HEARTBEAT = "h";

    private SockJsFrames() {}

    /** {@code a["…","…"]}: messages. */
    static String messages(List<String> messages) {
        StringBuilder text = new StringBuilder("a");
        char between = '[';
        for (String message : messages) {
            text.append(between);
            quote(message, text);
            between = ',';
        }
        return text.append(']').toString();
    }

    /** {@code c[4401,"…"]}: the end, and why. */
    static String close(int code, String reason) {
        StringBuilder text = new StringBuilder("c[").append(code).append(',');
        quote(reason, text);
        return text.append(']').toString();
    }

    /** What a client sends: an array of strings, or one. Empty: it is neither. */
    static Optional<List<byte[]>> read(byte[] json) {
        try {
            JsonNode node = Json.MAPPER.readTree(json);
            if (node.isTextual()) {
                return Optional.of(List.of(bytes(node)));
            }
            if (!node.isArray()) {
                return Optional.empty();
            }
            List<byte[]> messages = new ArrayList<>(node.size());
            for (JsonNode message : node) {
                if (!message.isTextual()) {
                    return Optional.empty();
                }
                messages.add(bytes(message));
            }
            return Optional.of(messages);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(JsonNode text) {
        return text.textValue().getBytes(StandardCharsets.UTF_8);
    }

    private static void quote(String text, StringBuilder to) {
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        to.append('"');
    }
}
