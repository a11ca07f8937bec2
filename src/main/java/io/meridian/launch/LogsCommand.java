package io.meridian.launch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code meridian logs NAME}. */
@Command(name = "logs", description = "Shows what a process printed.")
final class LogsCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int CHUNK_BYTES = 64 * 1024;

    @ParentCommand
    private Launcher launcher;

    @Parameters(paramLabel = "NAME", description = "As status shows it, or launcher.")
    private String name;

    @Option(names = "-n", defaultValue = "100", description = "How many of the last lines. Default: ${DEFAULT-VALUE}.")
    private int lines;

    @Option(names = "-f", description = "Go on with what is printed from now on.")
    private boolean follow;

    @Override
    public Integer call() throws IOException {
        DataDirectory data = launcher.data().real();
        Path log = data.log(name);
        if (!name.matches("[a-z0-9-]+") || !Files.exists(log)) {
            throw new LaunchException(
                    "there is no log of '" + name + "' in " + data.root() + "; names are as status shows them");
        }
        long end = Files.size(log);
        String tail = LogTail.lastLines(log, Math.max(0, lines));
        System.out.println(tail);
        if (follow) {
            follow(log, end);
        }
        return 0;
    }

    /** Until the terminal's Ctrl-C. */
    private static void follow(Path log, long from) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(log.toFile(), "r")) {
            byte[] chunk = new byte[CHUNK_BYTES];
            in.seek(from);
            while (!System.out.checkError()) {
                if (in.length() < in.getFilePointer()) {
                    in.seek(0); // begun anew
                }
                int count = in.read(chunk);
                if (count > 0) {
                    System.out.write(chunk, 0, count);
                } else {
                    LockSupport.parkNanos(POLL.toNanos());
                }
            }
        }
    }
}
