package io.meridian.auth;

import io.meridian.message.DeviceId;
import io.meridian.store.RefreshFamily;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code familyId.secret}, and what may be done with it. */
record RefreshToken(String familyId, Secret secret) {
    /** What a use of a token means for its family. */
    enum Use {
        /** It is the newest: replace it. */
        ROTATE,
        /** It is good, but of another device than the caller says. */
        OTHER_DEVICE,
        /** It was replaced before, so two hold it: end the family. */
        REUSED,
        /** Revoked or too old. */
        DEAD
    }

    private static final Pattern SHAPE = Pattern.compile("([0-9a-f]{32})\\.([A-Za-z0-9_-]{43})");

    static Optional<RefreshToken> parse(String token) {
        var matcher = SHAPE.matcher(token == null ? "" : token);
        return matcher.matches()
                ? Optional.of(new RefreshToken(matcher.group(1), new Secret(matcher.group(2))))
                : Optional.empty();
    }

    /** As the client keeps it. */
    Secret whole() {
        return new Secret(familyId + "." + secret.value());
    }

    /** As the store keeps the secret. */
    String hash() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(secret.value().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** {@code deviceOrNull}: the device that the caller says to be. */
    Use judge(RefreshFamily family, DeviceId deviceOrNull, Instant now) {
        if (family.revoked() || !now.isBefore(family.expiresAt())) {
            return Use.DEAD;
        }
        boolean newest = MessageDigest.isEqual(
                hash().getBytes(StandardCharsets.US_ASCII), family.tokenHash().getBytes(StandardCharsets.US_ASCII));
        if (!newest) {
            return Use.REUSED;
        }
        boolean elsewhere =
                deviceOrNull != null && family.deviceOrNull() != null && !deviceOrNull.equals(family.deviceOrNull());
        return elsewhere ? Use.OTHER_DEVICE : Use.ROTATE;
    }
}
