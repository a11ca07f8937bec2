package io.meridian.auth;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Somebody else whose tokens are taken.
 *
 * @param issuer exactly what {@code iss} says
 * @param jwksUrl where its public keys are
 * @param audience what {@code aud} must contain
 */
public record OutsideIssuer(String issuer, String jwksUrl, String audience) {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

    public OutsideIssuer {
        AuthSettings.require(
                issuer != null && !issuer.isBlank(),
                "outside-issuers.issuer",
                issuer,
                "write what its tokens' iss says");
        AuthSettings.require(
                isSafe(jwksUrl),
                "outside-issuers.jwks-url",
                jwksUrl,
                "write an https URL of its public keys; http only of 127.0.0.1, [::1] or localhost");
        AuthSettings.require(
                audience != null && !audience.isBlank(),
                "outside-issuers.audience",
                audience,
                "write what its tokens' aud contains for this service");
    }

    /** Who can change the keys on their way can be anybody: only this machine is asked without TLS. */
    private static boolean isSafe(String url) {
        if (url == null) {
            return false;
        }
        try {
            URI uri = URI.create(url);
            return uri.getHost() != null
                    && ("https".equals(uri.getScheme())
                            || "http".equals(uri.getScheme())
                                    && LOOPBACK.matcher(uri.getHost()).matches());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
