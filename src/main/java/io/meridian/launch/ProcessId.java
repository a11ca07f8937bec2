package io.meridian.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One process, not merely a number: pids are used again, so the start time belongs to it.
 *
 * <p>A zombie counts as dead: its parent may be gone and the first process of a container need not reap.
 *
 * @param started boot id and start tick on Linux, the start instant elsewhere; opaque, compared only
 */
public record ProcessId(long pid, String started) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Duration POLL = Duration.ofMillis(20);

    /** The process that has this pid now, if one lives. */
    static Optional<ProcessId> of(long pid) {
        return startOf(pid).map(started -> new ProcessId(pid, started));
    }

    static ProcessId current() {
        return of(ProcessHandle.current().pid()).orElseThrow();
    }

    public boolean isAlive() {
        return startOf(pid).filter(started::equals).isPresent();
    }

    /** Sends a signal by its name without SIG, unless the process is dead. */
    public void signal(String signal) {
        if (!isAlive()) {
            return;
        }
        try {
            // The shell's own kill: the JDK knows only TERM and KILL, and not every machine has a kill program.
            new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new LaunchException("cannot send " + signal + " to process " + pid + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True once it is dead, false if it still lives after the bound. */
    public boolean awaitDeath(Duration bound) {
        long deadline = System.nanoTime() + bound.toNanos();
        while (isAlive()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    /** Orderly if it can be: SIGTERM, and SIGKILL when the bound is over. Returns when the process is dead. */
    void stop(Duration bound) {
        askToStop();
        if (!awaitDeath(bound)) {
            kill();
        }
    }

    /** SIGTERM; returns at once. */
    void askToStop() {
        signal("TERM");
        signal("CONT"); // a stopped process takes no SIGTERM
    }

    /** SIGKILL; returns when it is dead. */
    public void kill() {
        signal("KILL");
        awaitDeath(Duration.ofSeconds(10));
    }

    private static Optional<String> startOf(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (Files.isReadable(BOOT_ID)) {
            try {
                String boot = Files.readString(BOOT_ID).trim();
                return startFromStat(Files.readString(stat)).map(tick -> boot + ":" + tick);
            } catch (IOException e) {
                return Optional.empty();
            }
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(Object::toString);
    }

    /** The start tick in the text of {@code /proc/PID/stat}; empty for a zombie or a process being torn down. */
    static Optional<String> startFromStat(String stat) {
        // The second field is the command in brackets and may itself hold blanks and brackets.
        int end = stat.lastIndexOf(')');
        if (end < 0) {
            return Optional.empty();
        }
        String[] fields = stat.substring(end + 1).trim().split(" ");
        char state = fields[0].charAt(0);
        if (state == 'Z' || state == 'X' || fields.length < 20) {
            return Optional.empty();
        }
        return Optional.of(fields[19]);
    }
}
