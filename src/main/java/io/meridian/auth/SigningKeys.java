package io.meridian.auth;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import io.meridian.message.Json;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Our own keys: the first signs, all verify. EC keys on P-256 only, each with a {@code kid} (its thumbprint where it has none). */
final class SigningKeys {
    private final ECKey signing;
    private final Map<String, ECKey> verifying;

    private SigningKeys(ECKey signing, Map<String, ECKey> verifying) {
        this.signing = signing;
        this.verifying = verifying;
    }

    /**
     * @param json a JWK or a JWK set
     * @throws IllegalArgumentException with the reason; never with the key
     */
    static SigningKeys parse(String json) {
        List<ECKey> keys = new ArrayList<>();
        for (JWK jwk : jwks(json)) {
            keys.add(named(jwk));
        }
        if (keys.isEmpty() || !keys.get(0).isPrivate()) {
            throw new IllegalArgumentException("the first key must be private: it signs");
        }
        Map<String, ECKey> verifying = new LinkedHashMap<>();
        keys.forEach(key -> verifying.putIfAbsent(key.getKeyID(), key.toPublicJWK()));
        return new SigningKeys(keys.get(0), verifying);
    }

    ECKey signing() {
        return signing;
    }

    Optional<ECKey> verifying(String kid) {
        return kid == null ? Optional.empty() : Optional.ofNullable(verifying.get(kid));
    }

    /** The public halves as a JWK set. */
    byte[] published() {
        return Json.bytes(new JWKSet(List.copyOf(verifying.values())).toJSONObject(true));
    }

    private static List<JWK> jwks(String json) {
        try {
            boolean set = Json.MAPPER.readTree(json).has("keys");
            return set ? JWKSet.parse(json).getKeys() : List.of(JWK.parse(json));
        } catch (ParseException | com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
            // Without the cause: a parser's message may quote the key.
            throw new IllegalArgumentException("not a JWK and not a JWK set");
        }
    }

    private static ECKey named(JWK jwk) {
        if (!(jwk instanceof ECKey key) || !Curve.P_256.equals(key.getCurve())) {
            throw new IllegalArgumentException(
                    "key " + jwk.getKeyID() + " is " + jwk.getKeyType() + ": ES256 needs EC, P-256");
        }
        Algorithm algorithm = key.getAlgorithm();
        if (algorithm != null && !JWSAlgorithm.ES256.equals(algorithm)) {
            throw new IllegalArgumentException("key " + jwk.getKeyID() + " is for " + algorithm + ", not ES256");
        }
        try {
            String kid = key.getKeyID() == null ? key.computeThumbprint().toString() : key.getKeyID();
            return new ECKey.Builder(key)
                    .keyID(kid)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .build();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("a key without a thumbprint", e);
        }
    }
}
