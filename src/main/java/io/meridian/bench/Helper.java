package io.meridian.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server to compare with, in a process of its own with the node's JVM options, from the side of the one who started it. */
record Helper(Process process, URI url) implements AutoCloseable {
    /** Below 0: one free port for all servers of a Vert.x that ask for the same number. */
    static final int ANY_SHARED_PORT = -1;

    /** Long enough to remove its tables. */
    private static final long STOP_SECONDS = 30;

    /** What a helper does, from its start to its end. */
    interface Serving {
        void run() throws IOException;
    }

    /** In the helper's process: ends it, whichever way that goes, for event loops would keep it alive. */
    static void serve(Serving serving) {
        try {
            serving.run();
            System.exit(0);
        } catch (IOException | RuntimeException e) {
            System.err.println("bench: the server to compare with cannot go on: " + e);
            System.exit(1);
        }
    }

    /** In the helper's process: says where it listens and returns when it is not needed any more. */
    static void listening(int port) throws IOException {
        System.out.println(port);
        while (System.in.read() >= 0) {
            // Nothing is said to it; that the other side goes away is what it waits for.
        }
    }

    /** @param main prints its port when it listens, and ends when its standard input does */
    static Helper start(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Jvm.java(),
                "-Xms96m",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Dlogback.configurationFile=bench/logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String port = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (port == null) {
                throw new BenchException(main.getSimpleName() + " ended at its start");
            }
            return new Helper(process, URI.create("http://127.0.0.1:" + port));
        } catch (IOException e) {
            throw new BenchException(main.getSimpleName() + " cannot be started: " + e.getMessage(), e);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
