package io.meridian.deploy;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids that give access or must not collide: 128 random bits, 32 hex digits. */
final class UnguessableIds {
    private static final int BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private UnguessableIds() {}

    static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
