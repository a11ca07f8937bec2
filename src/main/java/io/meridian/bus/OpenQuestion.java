package io.meridian.bus;

import java.util.function.Supplier;

/**
 * What one of the operator's programs asks. Nothing of it is checked.
 *
 * @param body decodes the body, which costs what it is long: to be called once, by who has room for it. Its JSON, or null when
 *     it is no JSON object or cannot be read
 * @param token the header {@code token}, or null
 */
public record OpenQuestion(Supplier<byte[]> body, String token) {
    /** Without the token: it must not get into a log. */
    @Override
    public String toString() {
        return "OpenQuestion";
    }
}
