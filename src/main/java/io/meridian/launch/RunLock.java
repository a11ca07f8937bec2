package io.meridian.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Locks between the launcher's processes; the system lets go of them when their holder ends, however it ends. */
final class RunLock implements AutoCloseable {
    /** File locks belong to a JVM, not to a thread: threads take turns here first. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Runs the action while nobody else holds the lock, waiting for it. Not to be nested. */
    @SuppressWarnings("try") // held, not used
    static <T> T whileHeld(Path file, Supplier<T> action) {
        THREADS.lock();
        try (FileChannel channel = open(file);
                FileLock lock = channel.lock()) {
            return action.get();
        } catch (IOException e) {
            throw new LaunchException("cannot lock " + file + ": " + e.getMessage(), e);
        } finally {
            THREADS.unlock();
        }
    }

    /** The lock, until closed; empty if somebody holds it. */
    static Optional<RunLock> tryHold(Path file) {
        try {
            FileChannel channel = open(file);
            try {
                if (channel.tryLock() != null) {
                    return Optional.of(new RunLock(channel));
                }
            } catch (OverlappingFileLockException e) {
                // Held by this JVM: somebody, too.
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw new LaunchException("cannot lock " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new LaunchException("cannot let go of a lock: " + e.getMessage(), e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
