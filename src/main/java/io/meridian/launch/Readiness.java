package io.meridian.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Waits until started processes serve, saying every few seconds for whom. */
final class Readiness {
    /** Twenty times what a start takes on two idle cores; a machine that is shared may need much of it. */
    static final Duration BOUND = Duration.ofSeconds(120);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);
    private static final int LOG_LINES_SHOWN = 20;

    private final Consumer<String> progress;
    private final BooleanSupplier cancelled;

    /** @param cancelled ends the waiting early; then nothing is said about readiness */
    Readiness(Consumer<String> progress, BooleanSupplier cancelled) {
        this.progress = progress;
        this.cancelled = cancelled;
    }

    /** Returns when all serve. Throws with the end of the log of the first that ended or did not serve in time. */
    void await(List<RunState.Entry> entries) {
        List<RunState.Entry> waiting = new ArrayList<>(entries);
        long started = System.nanoTime();
        long nextProgress = PROGRESS_EVERY.toNanos();
        while (!waiting.isEmpty() && !cancelled.getAsBoolean()) {
            for (RunState.Entry entry : List.copyOf(waiting)) {
                if (!entry.id().isAlive()) {
                    throw failed(entry, "ended while starting");
                }
                if (Probe.answers(entry.kind(), entry.mainPort())) {
                    waiting.remove(entry);
                }
            }
            long elapsed = System.nanoTime() - started;
            if (!waiting.isEmpty() && elapsed > BOUND.toNanos()) {
                throw failed(waiting.get(0), "is not ready after " + BOUND.toSeconds() + " s");
            }
            if (!waiting.isEmpty() && elapsed > nextProgress) {
                nextProgress += PROGRESS_EVERY.toNanos();
                progress.accept("waiting for " + names(waiting) + " ("
                        + Duration.ofNanos(elapsed).toSeconds() + " s)");
            }
            LockSupport.parkNanos(waiting.isEmpty() ? 1 : POLL.toNanos());
        }
    }

    private static String names(List<RunState.Entry> entries) {
        return String.join(", ", entries.stream().map(RunState.Entry::name).toList());
    }

    private static LaunchException failed(RunState.Entry entry, String what) {
        String tail = LogTail.lastLines(Path.of(entry.log()), LOG_LINES_SHOWN);
        return new LaunchException(entry.name() + " " + what + "; the end of " + entry.log() + ":\n"
                + tail.indent(2).stripTrailing());
    }
}
