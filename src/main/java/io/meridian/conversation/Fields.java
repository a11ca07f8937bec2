package io.meridian.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.meridian.message.Seq;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The fields of a frame or a body, read and checked. What is wrong is gathered by field, so that a caller hears of all of
 * it at once: after the reading comes {@link #check()}. Until then a wrong field reads as null, an empty list or 0.
 */
public final class Fields {
    private final ObjectNode node;
    private final Map<String, String> errors = new TreeMap<>();

    private Fields(ObjectNode node) {
        this.node = node;
    }

    /** Empty: not a JSON object. */
    public static Optional<Fields> parse(byte[] json) {
        try {
            return Json.MAPPER.readTree(Json.utf8(json)) instanceof ObjectNode object
                    ? Optional.of(new Fields(object))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public static Fields of(ObjectNode node) {
        return new Fields(node);
    }

    /** Refuses what was gathered. */
    public void check() {
        if (!errors.isEmpty()) {
            throw RefusedException.invalid(errors);
        }
    }

    public void reject(String field, String reason) {
        errors.putIfAbsent(field, reason);
    }

    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    public String text(String field) {
        if (!has(field)) {
            reject(field, "is required");
            return null;
        }
        return optionalText(field).orElse(null);
    }

    public Optional<String> optionalText(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode value = node.get(field);
        if (!value.isTextual()) {
            reject(field, "must be a string");
            return Optional.empty();
        }
        if (!isUnicode(value.textValue())) {
            reject(field, "holds half of a surrogate pair, which is no character");
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    /** {@code make} throws {@link InvalidFieldException} for what is no such value. */
    public <T> T value(String field, Function<String, T> make) {
        String text = text(field);
        return text == null ? null : made(field, text, make);
    }

    public <T> Optional<T> optional(String field, Function<String, T> make) {
        return optionalText(field).map(text -> made(field, text, make));
    }

    /** An absent field is an empty list. */
    public <T> List<T> values(String field, int limit, Function<String, T> make) {
        if (!has(field)) {
            return List.of();
        }
        JsonNode array = node.get(field);
        if (!array.isArray()) {
            reject(field, "must be an array");
            return List.of();
        }
        if (array.size() > limit) {
            reject(field, "has " + array.size() + " elements, " + limit + " are allowed");
            return List.of();
        }
        List<T> values = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            T value = element.isTextual() ? made(field, element.textValue(), make) : null;
            if (value == null) {
                reject(field, "must hold strings only");
                return List.of();
            }
            values.add(value);
        }
        return values;
    }

    /** A position: 1 to 2^53 − 1. */
    public long seq(String field) {
        if (!has(field)) {
            reject(field, "is required");
            return 0;
        }
        return seq(field, node.get(field), 1);
    }

    /** A position from which to go on; 0, the beginning, when it is absent. */
    public long seqOrStart(String field) {
        return has(field) ? seq(field, node.get(field), 0) : 0;
    }

    /** How many are wanted: {@code usual} when absent, and never more than {@code most}. */
    public int limit(String field, int usual, int most) {
        if (!has(field)) {
            return usual;
        }
        JsonNode value = node.get(field);
        if (!value.isIntegralNumber() || value.bigIntegerValue().signum() <= 0) {
            reject(field, "must be a whole number, at least 1");
            return usual;
        }
        return value.canConvertToInt() ? Math.min(most, value.intValue()) : most;
    }

    /** An object of conversation to position, 0 included: nothing held yet. */
    public Map<String, Long> seqs(String field, int limit) {
        if (!has(field)) {
            return Map.of();
        }
        JsonNode object = node.get(field);
        if (!object.isObject()) {
            reject(field, "must be an object of conversationId to seq");
            return Map.of();
        }
        if (object.size() > limit) {
            reject(field, "has " + object.size() + " members, " + limit + " are allowed");
            return Map.of();
        }
        Map<String, Long> seqs = new TreeMap<>();
        object.properties().forEach(entry -> seqs.put(entry.getKey(), seq(field, entry.getValue(), 0)));
        return seqs;
    }

    private long seq(String field, JsonNode value, long least) {
        boolean whole = value.isIntegralNumber() && value.canConvertToLong();
        if (!whole || value.longValue() < least || value.longValue() > Seq.MAX) {
            reject(field, "must be a whole number from " + least + " to 2^53-1");
            return 0;
        }
        return value.longValue();
    }

    private <T> T made(String field, String text, Function<String, T> make) {
        try {
            return make.apply(text);
        } catch (InvalidFieldException e) {
            reject(field, e.reason());
            return null;
        }
    }

    /** JSON can escape half of a surrogate pair; UTF-8 cannot carry it, so nothing behind this could write it. */
    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            } else if (Character.isLowSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
