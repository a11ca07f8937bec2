package io.meridian.delivery;

import java.util.regex.Pattern;

/**
 * A live session and where it is.
 *
 * @param gateway the gateway's id, part of its bus addresses
 * @param sessionId unique in the region
 */
public record SessionRef(String gateway, String sessionId) {
    /** Stored in a line of words; 200 is far above a host name with an instance. */
    private static final Pattern WORD = Pattern.compile("[^\\s]{1,200}");

    public SessionRef {
        require("gateway", gateway);
        require("sessionId", sessionId);
    }

    private static void require(String field, String value) {
        if (value == null || !WORD.matcher(value).matches() || value.equals("-")) {
            throw new IllegalArgumentException(field + " must be one word: " + value);
        }
    }
}
