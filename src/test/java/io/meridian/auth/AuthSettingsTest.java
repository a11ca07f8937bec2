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
                .hasMessageContaining("write an https URL");
        assertThatThrownBy(() -> with(List.of(new OutsideIssuer("meridian", "https://issuer/jwks", "chat"))))
                .hasMessageContaining("auth.issuer cannot be an outside one");
        OutsideIssuer one = new OutsideIssuer("https://issuer", "https://issuer/jwks", "chat");
        assertThatThrownBy(() -> with(List.of(one, one))).hasMessageContaining("name each issuer once");
    }

    @Test
    void keysComeByTlsUnlessTheyAreThisMachines() {
        for (String url : List.of(
                "https://people.example/jwks",
                "http://127.0.0.1:8080/jwks",
                "http://localhost/jwks",
                "http://[::1]:8080/jwks")) {
            assertThat(new OutsideIssuer("https://issuer", url, "chat").jwksUrl())
                    .isEqualTo(url);
        }
        for (String url : List.of(
                "http://people.example/jwks",
                "http://127.0.0.1.people.example/jwks",
                "http://localhost.people.example/jwks",
                "http://10.0.0.1/jwks",
                "http://127.0.0.1@people.example/jwks")) {
            assertThatThrownBy(() -> new OutsideIssuer("https://issuer", url, "chat"))
                    .as(url)
                    .hasMessageContaining("https");
        }
    }

    @Test
    void aRefreshTokenLivesNoLongerThanItsFamily() {
        assertThat(living(Duration.ofDays(90)).refreshTokenLife()).isEqualTo(Duration.ofDays(90));
        assertThatThrownBy(() -> living(Duration.ofDays(91)))
                .hasMessageContaining("refresh-token-life")
                .hasMessageContaining("at most 90d");
    }

    private static AuthSettings living(Duration refreshTokenLife) {
        AuthSettings defaults = AuthSettings.of(Path.of("key.json"));
        return new AuthSettings(
                defaults.signingKeyFile(),
                defaults.issuer(),
                defaults.audience(),
                defaults.accessTokenLife(),
                refreshTokenLife,
                1,
                1,
                List.of());
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
