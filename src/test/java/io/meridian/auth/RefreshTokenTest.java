package io.meridian.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.DeviceId;
import io.meridian.message.UserId;
import io.meridian.store.RefreshFamily;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RefreshTokenTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final DeviceId PHONE = new DeviceId("phone");

    private final Randomness randomness = new Randomness(new SecureRandom());
    private final RefreshToken token = new RefreshToken(randomness.id(), randomness.secret());

    private RefreshFamily family(String hash, DeviceId device, boolean revoked, Instant expiresAt) {
        return new RefreshFamily(token.familyId(), new UserId("u"), hash, device, revoked, expiresAt);
    }

    @Test
    void newestTokenIsRotatedAndAnOlderOneEndsTheFamily() {
        RefreshToken older = new RefreshToken(token.familyId(), randomness.secret());
        RefreshFamily family = family(token.hash(), null, false, NOW.plusSeconds(1));

        assertThat(token.judge(family, null, NOW)).isEqualTo(RefreshToken.Use.ROTATE);
        assertThat(older.judge(family, null, NOW)).isEqualTo(RefreshToken.Use.REUSED);
    }

    @Test
    void revokedOrExpiredFamilyIsDeadForEveryToken() {
        assertThat(token.judge(family(token.hash(), null, true, NOW.plusSeconds(1)), null, NOW))
                .isEqualTo(RefreshToken.Use.DEAD);
        assertThat(token.judge(family(token.hash(), null, false, NOW), null, NOW))
                .isEqualTo(RefreshToken.Use.DEAD);
    }

    @Test
    void tokenOfADeviceServesNoOther() {
        RefreshFamily family = family(token.hash(), PHONE, false, NOW.plusSeconds(1));

        assertThat(token.judge(family, PHONE, NOW)).isEqualTo(RefreshToken.Use.ROTATE);
        assertThat(token.judge(family, null, NOW)).isEqualTo(RefreshToken.Use.ROTATE);
        assertThat(token.judge(family, new DeviceId("laptop"), NOW)).isEqualTo(RefreshToken.Use.OTHER_DEVICE);
    }

    @Test
    void wholeTokenIsReadBackAndNothingElseIs() {
        assertThat(RefreshToken.parse(token.whole().value())).contains(token);
        assertThat(RefreshToken.parse(null)).isEmpty();
        assertThat(RefreshToken.parse("")).isEmpty();
        assertThat(RefreshToken.parse(token.familyId())).isEmpty();
        assertThat(RefreshToken.parse(token.whole().value() + "x")).isEmpty();
    }

    @Test
    void secretsPrintRedacted() {
        assertThat(token.toString()).doesNotContain(token.secret().value()).contains("redacted");
        assertThat(token.hash()).doesNotContain(token.secret().value()).hasSize(64);
    }
}
