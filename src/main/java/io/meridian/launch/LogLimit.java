package io.meridian.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Keeps the logs of a run small: one that has grown beyond the bound is copied to {@code NAME.log.1}, in the place of an earlier copy,
 * and begins anew. Its process goes on writing to the same file, which it has open for appending; what it writes between
 * the copy and the cut is lost.
 */
final class LogLimit {
    /** Days of a busy node, and copied in a tenth of a second; with the copy, and five processes, 640 MiB. */
    static final long MOST_BYTES = 64L << 20;

    private LogLimit() {}

    /** @param directory of the logs; one that is not there holds none */
    static void enforce(Path directory, long mostBytes) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "*.log")) {
            for (Path log : logs) {
                if (Files.size(log) > mostBytes) {
                    Files.copy(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                    FileChannel.open(log, StandardOpenOption.WRITE).truncate(0).close();
                }
            }
        } catch (IOException e) {
            throw new LaunchException("the logs in " + directory + " cannot be kept small: " + e.getMessage(), e);
        }
    }
}
