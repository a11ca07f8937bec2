package io.meridian.auth;

import io.meridian.message.UserId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a user may be called: 3 to 32 of {@code a-z 0-9 . _ -}; upper case is taken and lowered, so that no two differ by case. */
final class Usernames {
    static final String RULE = "must be 3 to 32 characters of a-z, 0-9, '.', '_' and '-'";
    private static final Pattern CANONICAL = Pattern.compile("[a-z0-9._-]{3,32}");
    private static final int MAX_LENGTH = 32;
    private static final int SUFFIX = 8;

    private Usernames() {}

    static Optional<String> canonical(String username) {
        if (username == null) {
            return Optional.empty();
        }
        // ROOT: a Turkish server must not lower I to another letter.
        String lowered = username.toLowerCase(Locale.ROOT);
        return CANONICAL.matcher(lowered).matches() ? Optional.of(lowered) : Optional.empty();
    }

    /** Names to try for a user of an outside issuer, best first; the last one is as unique as the id. */
    static List<String> candidates(String preferred, UserId user) {
        String id = user.value();
        Stream<String> wanted = cleaned(preferred)
                .map(name -> Stream.of(
                        name,
                        name.substring(0, Math.min(name.length(), MAX_LENGTH - SUFFIX - 1)) + "-"
                                + id.substring(0, SUFFIX)))
                .orElseGet(Stream::empty);
        return Stream.concat(
                        wanted, Stream.of("u-" + id.substring(0, 2 * SUFFIX), "u-" + id.substring(0, MAX_LENGTH - 2)))
                .toList();
    }

    private static Optional<String> cleaned(String preferred) {
        if (preferred == null) {
            return Optional.empty();
        }
        int at = preferred.indexOf('@');
        String name = (at > 0 ? preferred.substring(0, at) : preferred)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._-]", "");
        return canonical(name.substring(0, Math.min(name.length(), MAX_LENGTH)));
    }
}
