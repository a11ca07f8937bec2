package io.meridian.message;

import java.util.regex.Pattern;

/** What an identifier may look like. One place, so that a key, a topic header or a URL never needs escaping. */
final class Names {
    /** 1 to 64 characters: the contract's bound for every client-chosen id. */
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    private Names() {}

    static void require(String field, String value, Pattern pattern) {
        if (value == null || !pattern.matcher(value).matches()) {
            throw new InvalidFieldException(field, "must match " + pattern.pattern());
        }
    }
}
