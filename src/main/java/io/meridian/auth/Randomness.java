package io.meridian.auth;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Unguessable values from one source. */
final class Randomness {
    private static final int ID_BYTES = 16;
    /** 256 bits: a refresh token can not be guessed, so its plain SHA-256 is enough in the store. */
    private static final int SECRET_BYTES = 32;

    private static final int SALT_BYTES = 16;

    private final SecureRandom random;

    Randomness(SecureRandom random) {
        this.random = random;
    }

    /** 32 hex digits. */
    String id() {
        return HexFormat.of().formatHex(bytes(ID_BYTES));
    }

    Secret secret() {
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(SECRET_BYTES)));
    }

    byte[] salt() {
        return bytes(SALT_BYTES);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
