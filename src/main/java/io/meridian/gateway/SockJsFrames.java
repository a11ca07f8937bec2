package io.meridian.gateway;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.message.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** What a client sends: an array of strings, or one. Empty: it is neither, or not in UTF-8. */
    static Optional<List<byte[]>> read(byte[] json) {
        try {
            JsonNode node = Json.MAPPER.readTree(Json.utf8(json));
            if (!node.isArray() && !node.isTextual()) {
                return Optional.empty();
            }
            List<byte[]> messages = new ArrayList<>(node.size());
            for (JsonNode message : node.isArray() ? node : List.of(node)) {
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

    /** Half of a surrogate pair, which an escape can write, is no text: it must not become a question mark. */
    private static byte[] bytes(JsonNode text) throws CharacterCodingException {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text.textValue()));
        return Arrays.copyOf(bytes.array(), bytes.limit());
    }

    private static void quote(String text, StringBuilder to) {
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        to.append('"');
    }
}
