package io.meridian.launch;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Small JSON files that a crash leaves either old or new, never half. */
final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value) + "\n";
        } catch (IOException e) {
            throw new IllegalStateException("not writable as JSON: " + value, e);
        }
    }

    static <T> T read(String text, Class<T> type) throws IOException {
        return MAPPER.readValue(text, type);
    }

    static <T> Optional<T> readFile(Path file, Class<T> type) {
        try {
            return Files.exists(file) ? Optional.of(read(Files.readString(file), type)) : Optional.empty();
        } catch (IOException e) {
            throw new LaunchException(file + " cannot be read (" + firstLine(e) + "); remove it or restore it", e);
        }
    }

    static void writeFile(Path file, Object value) {
        writeAtomically(file, write(value));
    }

    /** A reader sees the whole old content or the whole new one. */
    static void writeAtomically(Path file, String content) {
        try {
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling(
                    "." + file.getFileName() + "." + ProcessHandle.current().pid() + "."
                            + Thread.currentThread().getId());
            Files.write(next, content.getBytes(StandardCharsets.UTF_8));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LaunchException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
