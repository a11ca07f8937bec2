package io.meridian.auth;

import java.net.URI;

/**
 * Somebody else whose tokens are taken.
 *
 * @param issuer exactly what {@code iss} says
 * @param jwksUrl where its public keys are
 * @param audience what {@code aud} must contain
 */
public record OutsideIssuer(String issuer, String jwksUrl, String audience) {
    public OutsideIssuer {
        AuthSettings.require(
                issuer != null && !issuer.isBlank(),
                "outside-issuers.issuer",
                issuer,
                "write what its tokens' iss says");
        AuthSettings.require(
                isHttp(jwksUrl), "outside-issuers.jwks-url", jwksUrl, "write an http or https URL of its public keys");
        AuthSettings.require(
                audience != null && !audience.isBlank(),
                "outside-issuers.audience",
                audience,
                "write what its tokens' aud contains for this service");
    }

    private static boolean isHttp(String url) {
        if (url == null) {
            return false;
        }
        try {
            URI uri = URI.create(url);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
