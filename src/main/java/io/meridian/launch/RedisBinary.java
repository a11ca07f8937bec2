package io.meridian.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Takes the static Redis binary for this platform out of its jar, once. */
final class RedisBinary {
    private RedisBinary() {}

    /** The executable below {@code directory}; a whole one, even if another process extracts it at the same time. */
    static Path extract(Path jar, Path directory) {
        String name = RedisDefinition.binaryName(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path target = directory.resolve(name);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw new LaunchException(jar + " holds no " + name);
            }
            if (Files.isExecutable(target) && Files.size(target) == entry.getSize()) {
                return target;
            }
            Files.createDirectories(directory);
            Path part = Files.createTempFile(directory, name, ".part");
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            if (!part.toFile().setExecutable(true, false)) {
                throw new LaunchException("cannot make " + part + " executable");
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return target;
        } catch (IOException e) {
            throw new LaunchException("cannot take " + name + " out of " + jar + ": " + e.getMessage(), e);
        }
    }
}
