package io.meridian.bench;

import java.util.OptionalLong;

/** What Linux tells of processes and of the machine under {@code /proc}. Pure. */
final class ProcFiles {
    /** The kernel shows times to programs in 1/100 s, whatever its own tick is. */
    private static final long MS_A_TICK = 10;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    /** The fields behind are guests' time, which the first ones contain. */
    private static final int COUNTED_FIELDS = 8;

    private ProcFiles() {}

    /** Processor time of a process, user and system, from the text of {@code /proc/PID/stat}. */
    static OptionalLong cpuMs(String stat) {
        // The second field is the command in brackets and may itself hold blanks and brackets.
        int end = stat.lastIndexOf(')');
        if (end < 0) {
            return OptionalLong.empty();
        }
        String[] fields = stat.substring(end + 1).trim().split(" ");
        if (fields.length <= SYSTEM_TIME) {
            return OptionalLong.empty();
        }
        return OptionalLong.of((Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) * MS_A_TICK);
    }

    /** Time all processors were busy, from the text of {@code /proc/stat}. */
    static OptionalLong busyMs(String stat) {
        return stat.lines()
                .filter(line -> line.startsWith("cpu "))
                .mapToLong(ProcFiles::busy)
                .findFirst();
    }

    private static long busy(String line) {
        String[] fields = line.substring(4).trim().split(" +");
        long ticks = 0;
        for (int i = 0; i < Math.min(fields.length, COUNTED_FIELDS); i++) {
            ticks += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(fields[i]);
        }
        return ticks * MS_A_TICK;
    }

    /** A value in KiB from the text of {@code /proc/PID/status} or {@code /proc/meminfo}, by its key. */
    static OptionalLong kib(String status, String key) {
        return status.lines()
                .filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }

    /** The first {@code model name} of {@code /proc/cpuinfo}; empty where there is none. */
    static String cpuModel(String cpuInfo) {
        return cpuInfo.lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse("");
    }
}
