package io.meridian.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs of the JDK, and what they tell of another JVM. Blocks. */
final class Jvm {
    private static final Pattern TOTAL = Pattern.compile("^Total +\\d+ +(\\d+)", Pattern.MULTILINE);
    private static final long BOUND_SECONDS = 60;

    private Jvm() {}

    static String java() {
        return program("java");
    }

    private static String program(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** Bytes of all objects that a JVM can still reach; it collects fully to find out. Empty if it could not be asked. */
    static OptionalLong liveHeap(long pid) {
        try {
            Process jcmd = new ProcessBuilder(program("jcmd"), Long.toString(pid), "GC.class_histogram")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!jcmd.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
                jcmd.destroyForcibly();
                return OptionalLong.empty();
            }
            return total(answer);
        } catch (IOException e) {
            return OptionalLong.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalLong.empty();
        }
    }

    /** The sum under a class histogram. */
    static OptionalLong total(String histogram) {
        Matcher matcher = TOTAL.matcher(histogram);
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
