package io.meridian.launch;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts a supervisor that stays behind, and shows what it says until everything is ready. */
final class DetachedStart {
    static final String LOG_NAME = "launcher";

    private static final int POLL_MILLIS = 50;

    private final Path home;
    private final DataDirectory data;
    private final UpOptions options;

    DetachedStart(Path home, DataDirectory data, UpOptions options) {
        this.home = home;
        this.data = data;
        this.options = options;
    }

    /** The exit code: 0 when everything serves, else the supervisor's. */
    int run() {
        // Said by this process, too: a second supervisor would say it only to its log.
        RunLock.tryHold(data.supervisorLock())
                .orElseThrow(() -> Supervisor.alreadyRunning(data))
                .close();
        Path log = data.log(LOG_NAME);
        try {
            Files.createDirectories(log.getParent());
            Files.deleteIfExists(data.supervisorFile());
            Files.deleteIfExists(log);
            Process supervisor = start(log);
            // Ctrl-C while waiting is meant for the run, too.
            Thread hook = new Thread(supervisor::destroy, "cancel");
            Runtime.getRuntime().addShutdownHook(hook);
            int status = awaitReady(supervisor, log);
            Runtime.getRuntime().removeShutdownHook(hook);
            return status;
        } catch (IOException e) {
            throw new LaunchException("cannot start a supervisor: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return LaunchException.FAILED;
        }
    }

    private Process start(Path log) throws IOException {
        List<String> command = new ArrayList<>(ProcessStarter.ownSession());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-D" + Launcher.HOME_PROPERTY + "=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                Launcher.class.getName(),
                "up",
                "--data",
                data.root().toString()));
        command.addAll(options.toArguments());
        return new ProcessBuilder(command)
                .directory(data.root().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private int awaitReady(Process supervisor, Path log) throws IOException, InterruptedException {
        try (RandomAccessFile said = new RandomAccessFile(log.toFile(), "r")) {
            while (true) {
                boolean ended = supervisor.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
                // Looked at before the log is read: what was said until then is shown.
                boolean ready = isReady(supervisor.pid());
                show(said);
                if (ready) {
                    return 0;
                }
                if (ended) {
                    return supervisor.exitValue() == 0 ? LaunchException.FAILED : supervisor.exitValue();
                }
            }
        }
    }

    private boolean isReady(long pid) {
        return Json.readFile(data.supervisorFile(), Supervisor.Self.class)
                .filter(record -> record.pid() == pid && record.ready())
                .isPresent();
    }

    private static void show(RandomAccessFile said) throws IOException {
        byte[] bytes = new byte[(int) (said.length() - said.getFilePointer())];
        said.readFully(bytes);
        for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
            // The supervisor wrote both to one log; here the answer is told from the rest again.
            (line.startsWith("meridian: ") || line.startsWith(" ") ? System.err : System.out).println(line);
        }
    }
}
