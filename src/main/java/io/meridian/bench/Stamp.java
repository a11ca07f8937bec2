package io.meridian.bench;

/**
 * The client's id of a benchmark message: which count it belongs to, and when it was due. Whoever receives it, in this process,
 * knows its latency without looking anything up. Pure.
 *
 * @param phase letters and digits, one for each count of each run: no id is used twice
 * @param message its index in the schedule
 * @param dueNs in ns since the process' own zero
 */
record Stamp(String phase, long message, long dueNs) {
    private static final int RADIX = 36;

    String id() {
        return phase + "." + Long.toString(message, RADIX) + "." + Long.toString(dueNs, RADIX);
    }

    /** Whether an id belongs to a phase; without making anything. */
    static boolean isOf(String phase, String id) {
        return id.startsWith(phase) && id.length() > phase.length() && id.charAt(phase.length()) == '.';
    }

    static long dueNs(String id) {
        return Long.parseLong(id, id.lastIndexOf('.') + 1, id.length(), RADIX);
    }
}
