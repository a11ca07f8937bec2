package io.meridian.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthSettingsTest {

    @Test
    void defaultsAreGood() {
        assertThat(AuthSettings.of(Path.of("key.json")).accessTokenLife()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void nonsenseIsRefusedWithKeyValueAndRemedy() {
        assertThatThrownBy(() -> new OutsideIssuer("https://issuer", "file:///etc/passwd", "chat"))
                .hasMessageContaining("jwks-url = file:///etc/passwd")
                .hasMessageContaining("http or https");
        assertThatThrownBy(() -> with(List.of(new OutsideIssuer("meridian", "https://issuer/jwks", "chat"))))
                .hasMessageContaining("auth.issuer cannot be an outside one");
        OutsideIssuer one = new OutsideIssuer("https://issuer", "https://issuer/jwks", "chat");
        assertThatThrownBy(() -> with(List.of(one, one))).hasMessageContaining("name each issuer once");
    }

    private static AuthSettings with(List<OutsideIssuer> issuers) {
        AuthSettings defaults = AuthSettings.of(Path.of("key.json"));
        return new AuthSettings(
                defaults.signingKeyFile(),
                defaults.issuer(),
                defaults.audience(),
                defaults.accessTokenLife(),
                defaults.refreshTokenLife(),
                1,
                1,
                issuers);
    }
}
