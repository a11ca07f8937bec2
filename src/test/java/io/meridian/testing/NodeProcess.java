package io.meridian.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A script of {@code src/test/js} running in Node, spoken to in JSON objects, one a line: what is sent is a line of its
 * standard input, what it says is a line of its standard output. Lines that are no JSON object, and everything on its
 * standard error, are kept to be shown when something fails. {@code npm ci} is run before the first one, if need be.
 */
public final class NodeProcess implements AutoCloseable {
    private static final Duration INSTALL_BOUND = Duration.ofMinutes(5);
    private static final Duration END_BOUND = Duration.ofSeconds(5);
    /** Enough to see what went wrong. */
    private static final int MAX_LOG_LINES = 10_000;

    private static boolean installed;

    private final String script;
    private final Process process;
    private final BufferedWriter input;
    private final List<JsonNode> said = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    /** Null: what is said is kept. */
    private Consumer<JsonNode> listener;
    /** Up to here {@link #next} has looked. */
    private int seen;

    private NodeProcess(String script, Process process) {
        this.script = script;
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        follow("stdout", process.getInputStream(), this::say);
        follow("stderr", process.getErrorStream(), this::log);
    }

    /** {@code script}: its name in {@code src/test/js}. */
    public static NodeProcess start(String script, String... arguments) {
        install();
        List<String> command =
                Stream.concat(Stream.of("node", script), Stream.of(arguments)).toList();
        return new NodeProcess(script, run(command));
    }

    /** Calls the listener with everything that it says, in order, in place of keeping it for {@link #next}. */
    public NodeProcess onSaid(Consumer<JsonNode> told) {
        List<JsonNode> before;
        synchronized (this) {
            before = List.copyOf(said);
            said.clear();
            listener = told;
        }
        before.forEach(told);
        return this;
    }

    /** One line of its standard input. */
    public synchronized NodeProcess send(JsonNode line) {
        try {
            input.write(line.toString());
            input.newLine();
            input.flush();
            return this;
        } catch (IOException e) {
            throw new AssertionError(script + " takes no more input\n" + output(), e);
        }
    }

    /** The next thing it says that is wanted; what it said before that is skipped. */
    public synchronized JsonNode next(String wanted, Predicate<JsonNode> predicate, Duration bound) {
        long deadline = System.nanoTime() + bound.toNanos();
        while (true) {
            while (seen < said.size()) {
                JsonNode line = said.get(seen++);
                if (predicate.test(line)) {
                    return line;
                }
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0 || !process.isAlive() && seen >= said.size() && ended(said.size())) {
                throw new AssertionError(script + " did not say " + wanted + " within " + bound + "\n" + output());
            }
            await(Math.min(left, 100));
        }
    }

    /** Everything it said so far. */
    public synchronized List<JsonNode> said() {
        return List.copyOf(said);
    }

    /** What it wrote besides, for the message of a failure. */
    public synchronized String output() {
        return (process.isAlive() ? "running" : "ended with " + process.exitValue())
                + ", said "
                + said.subList(Math.max(0, said.size() - 20), said.size())
                + "\n"
                + String.join("\n", log);
    }

    /** Waits for its end. */
    public int status(Duration bound) {
        try {
            if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(script + " did not end within " + bound + "\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        status(END_BOUND);
    }

    /** The process has ended, and nothing more was said for a moment: its last words may come after its end. */
    private boolean ended(int before) {
        await(100);
        return said.size() == before;
    }

    private void await(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void say(String line) {
        if (!line.startsWith("{")) {
            log(line);
            return;
        }
        JsonNode parsed = Wire.parse(line);
        Consumer<JsonNode> told;
        synchronized (this) {
            told = listener;
            if (told == null) {
                said.add(parsed);
                notifyAll();
            }
        }
        if (told != null) {
            told.accept(parsed);
        }
    }

    private synchronized void log(String line) {
        if (log.size() < MAX_LOG_LINES) {
            log.add(line);
        }
    }

    private void follow(String what, InputStream stream, Consumer<String> line) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        reader.lines().forEach(line);
                    } catch (IOException | java.io.UncheckedIOException e) {
                        log(what + " ended: " + e.getMessage());
                    }
                },
                script + " " + what);
        thread.setDaemon(true);
        thread.start();
    }

    private static Path directory() {
        return Project.home().resolve("src/test/js");
    }

    private static Process run(List<String> command) {
        try {
            return new ProcessBuilder(command).directory(directory().toFile()).start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "these tests run real clients in Node: install Node.js 18 or newer, with npm, so that \""
                            + command.get(0) + "\" is on the path",
                    e);
        }
    }

    /** The packages that the lock file names, once; several builds may have this directory. */
    @SuppressWarnings("try") // held, not used
    private static synchronized void install() {
        if (installed) {
            return;
        }
        try (FileChannel channel = FileChannel.open(
                        directory().resolve(".install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (!upToDate()) {
                npm();
            }
            installed = true;
        } catch (IOException e) {
            throw new IllegalStateException("src/test/js cannot be made ready: " + e.getMessage(), e);
        }
    }

    /** npm writes its own list last of all. */
    private static boolean upToDate() throws IOException {
        Path written = directory().resolve("node_modules/.package-lock.json");
        Path wanted = directory().resolve("package-lock.json");
        return Files.exists(written)
                && Files.getLastModifiedTime(written).compareTo(Files.getLastModifiedTime(wanted)) >= 0;
    }

    private static void npm() {
        try (NodeProcess npm = new NodeProcess("npm ci", run(List.of("npm", "ci", "--no-audit", "--no-fund")))) {
            int status = npm.status(INSTALL_BOUND);
            if (status != 0) {
                throw new IllegalStateException("npm ci in src/test/js failed: " + npm.output());
            }
        }
    }
}
