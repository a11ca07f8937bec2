package io.meridian.message;

import java.util.regex.Pattern;

/** What an identifier may look like. One place, so that a key, a topic header or a URL never needs escaping. */
final class Names {
    /** The contract's bound for every client-chosen id. */
    private static final int MAX_LENGTH = 64;

    static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    private Names() {}

    /** 1 to 64 of {@code A-Z a-z 0-9 . _ : -}. Without a pattern: ids are made some twenty times for each message. */
    static void requireName(String field, String value) {
        boolean good = value != null && !value.isEmpty() && value.length() <= MAX_LENGTH;
        for (int i = 0; good && i < value.length(); i++) {
            good = inName(value.charAt(i));
        }
        if (!good) {
            throw new InvalidFieldException(field, "must match [A-Za-z0-9._:-]{1,64}");
        }
    }

    private static boolean inName(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == ':';
    }

    static void require(String field, String value, Pattern pattern) {
        if (value == null || !pattern.matcher(value).matches()) {
            throw new InvalidFieldException(field, "must match " + pattern.pattern());
        }
    }
}
