package io.meridian.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Bad input made of good: the same for the same random numbers. */
public final class Fuzz {
    /** Values, as JSON, that no field wants. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e400",
            "-0.0",
            "NaN",
            "Infinity",
            "9007199254740993",
            "1e1000000000",
            "9".repeat(2_000),
            "1." + "0".repeat(5_000),
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00x\"",
            "\"a\\r\\n2026-01-01T00:00:00.000Z ERROR [main] forged - line\"",
            "\"" + "x".repeat(10_000) + "\"",
            "[]",
            "{}",
            "[" + "1,".repeat(20_000) + "1]",
            "[" + "\"a\",".repeat(9_000) + "\"a\"]",
            "{\"a\":{\"b\":[null]}}",
            "[".repeat(10_000) + "]".repeat(10_000),
            "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000),
            "\"../../etc\"",
            "\"' OR 1=1 --\"",
            "\"\\u202egnp\"",
            "\"${jndi:ldap://x}\"",
            "\"%00\"",
            "0x10",
            "01",
            "\"unterminated",
            "tru");

    private final Random random;

    public Fuzz(Random random) {
        this.random = random;
    }

    /** One of: wrong values, fields twice or gone, wrong bytes, cut, followed by something, or nothing like it at all. */
    public byte[] mutated(ObjectNode good) {
        byte[] bytes = text(good).getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(12)) {
            case 0 -> cut(bytes);
            case 1 -> flipped(bytes);
            case 2 -> joined(bytes, garbage(1 + random.nextInt(20)));
            case 3 -> garbage(random.nextInt(2_000));
            case 4 -> joined(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, bytes);
            case 5 -> new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
            default -> bytes;
        };
    }

    /** The object with up to three wrong fields; perhaps no JSON any more. */
    private String text(ObjectNode good) {
        List<String> fields = new ArrayList<>();
        good.properties().forEach(field -> fields.add("\"" + field.getKey() + "\":" + field.getValue()));
        for (int i = random.nextInt(3); i >= 0 && !fields.isEmpty(); i--) {
            int at = random.nextInt(fields.size());
            String name = fields.get(at).substring(0, fields.get(at).indexOf(':'));
            switch (random.nextInt(5)) {
                case 0 -> fields.remove(at);
                case 1 -> fields.add(fields.get(at));
                case 2 -> fields.add(name + ":" + value());
                default -> fields.set(at, name + ":" + value());
            }
        }
        return "{" + String.join(",", fields) + "}";
    }

    private String value() {
        return VALUES.get(random.nextInt(VALUES.size()));
    }

    private byte[] cut(byte[] bytes) {
        return java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }

    private byte[] flipped(byte[] bytes) {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    public byte[] garbage(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }
}
