package io.meridian.gateway;

import io.meridian.message.RefusedException;
import io.meridian.message.Seq;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cursors of lists: opaque for clients, base64url of a short text. They carry positions only and no rights, so a made-up one
 * reads what its maker may read anyway.
 */
final class Cursors {
    private static final Pattern POSITION = Pattern.compile("(before|after):(\\d{1,16})");
    private static final Pattern NAME = Pattern.compile("name:([A-Za-z0-9._:-]{1,64})");
    private static final Pattern SYNC =
            Pattern.compile("sync:(\\d{1,16}):([A-Za-z0-9._:-]{0,64}) ([\\x21-\\x7e]{0,200})");
    /** No cursor of ours is longer. */
    private static final int MAX_LENGTH = 512;

    private Cursors() {}

    /** Where a history page goes on: the newest below, or the oldest above {@code seq}. */
    record Position(boolean before, long seq) {}

    /**
     * Where a sync goes on: behind {@code seq} of {@code conversation}, then with the ones after it.
     *
     * @param conversation empty at the beginning
     * @param seq {@link Seq#MAX} when all of the conversation has been given
     * @param token which state of the inbox the sync makes complete again
     */
    record Sync(String conversation, long seq, String token) {
        boolean finished() {
            return seq == Seq.MAX;
        }
    }

    static String of(Position position) {
        return encode((position.before() ? "before:" : "after:") + position.seq());
    }

    static Position position(String cursor) {
        Matcher matcher = decode(cursor, POSITION);
        return new Position(matcher.group(1).equals("before"), seq(matcher.group(2)));
    }

    /** Behind the element of this id, in a list sorted by id. */
    static String of(String name) {
        return encode("name:" + name);
    }

    static String name(String cursor) {
        return decode(cursor, NAME).group(1);
    }

    static String of(Sync sync) {
        return encode("sync:" + sync.seq() + ":" + sync.conversation() + " " + sync.token());
    }

    static Sync sync(String cursor) {
        Matcher matcher = decode(cursor, SYNC);
        return new Sync(matcher.group(2), seq(matcher.group(1)), matcher.group(3));
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Matcher decode(String cursor, Pattern pattern) {
        if (cursor.length() > MAX_LENGTH) {
            throw refused();
        }
        try {
            Matcher matcher =
                    pattern.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII));
            if (matcher.matches()) {
                return matcher;
            }
        } catch (IllegalArgumentException e) {
            // Not base64url: refused like everything else that is no cursor of ours.
        }
        throw refused();
    }

    private static long seq(String digits) {
        long seq = Long.parseLong(digits);
        if (seq > Seq.MAX) {
            throw refused();
        }
        return seq;
    }

    private static RefusedException refused() {
        return RefusedException.invalid("cursor", "is none of this list");
    }
}
