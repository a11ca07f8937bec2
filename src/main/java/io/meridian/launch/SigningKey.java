package io.meridian.launch;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The private key that signs access tokens of a local run; a deployed region brings its own. */
final class SigningKey {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private SigningKey() {}

    /** Makes the file if it is not there: an EC P-256 private JWK whose {@code kid} is its thumbprint, readable by its owner. */
    static void ensure(Path file) {
        if (Files.exists(file)) {
            return;
        }
        try {
            String key = new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyIDFromThumbprint(true)
                    .generate()
                    .toJSONString();
            Path directory = file.getParent();
            if (!Files.exists(directory)) {
                Files.createDirectories(directory.getParent());
                Files.createDirectory(directory, OWNER_ONLY_DIRECTORY);
            }
            // Never readable by others, not even for the moment between writing and a change of mode.
            Path part = Files.createTempFile(directory, "signing-key", ".part", OWNER_ONLY_FILE);
            Files.write(part, (key + "\n").getBytes(StandardCharsets.UTF_8));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | JOSEException e) {
            throw new LaunchException("cannot make the signing key " + file + ": " + e.getMessage(), e);
        }
    }
}
