package io.meridian.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import org.junit.jupiter.api.Test;

class SigningKeysTest {

    @Test
    void keyWithoutNameIsNamedByItsThumbprint() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();

        assertThat(SigningKeys.parse(key.toJSONString()).signing().getKeyID())
                .isEqualTo(key.computeThumbprint().toString());
    }

    @Test
    void keyThatCannotSignIsRefused() throws JOSEException {
        String publicOnly = Keys.signing().toPublicJWK().toJSONString();
        String rsa = new RSAKeyGenerator(2048).generate().toJSONString();
        String curve = new ECKeyGenerator(Curve.P_384).generate().toJSONString();

        assertThatThrownBy(() -> SigningKeys.parse(publicOnly)).hasMessageContaining("must be private");
        assertThatThrownBy(() -> SigningKeys.parse(rsa)).hasMessageContaining("EC, P-256");
        assertThatThrownBy(() -> SigningKeys.parse(curve)).hasMessageContaining("EC, P-256");
        assertThatThrownBy(() -> SigningKeys.parse("{\"keys\":[]}")).hasMessageContaining("must be private");
    }

    @Test
    void messageAboutABrokenFileDoesNotQuoteIt() {
        String broken = Keys.signing().toJSONString().replace("\"EC\"", "\"secret-material\"");

        assertThatThrownBy(() -> SigningKeys.parse(broken))
                .hasMessageNotContaining("secret-material")
                .hasNoCause();
        assertThatThrownBy(() -> SigningKeys.parse("no json")).hasMessage("not a JWK and not a JWK set");
    }
}
