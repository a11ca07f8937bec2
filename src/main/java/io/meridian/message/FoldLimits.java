package io.meridian.message;

/**
 * Every limit that the fold applies, carried by the command: a replay decides as the first time did, whatever the
 * configuration says by then.
 *
 * @param maxMembers of a group
 * @param writeFanoutMembers the most members that are fanned out to on write
 * @param maxBans of a channel; more would make its state unbounded
 * @param dedupAgeMs how long a repeated command is recognised, by the records' times
 */
public record FoldLimits(int maxMembers, int writeFanoutMembers, int maxBans, long dedupAgeMs) {
    /** A snapshot of so many members has 4 MiB, about the largest value that Cassandra takes. */
    private static final int MOST = 50_000;
    /** A year: what is older has long left every log. */
    private static final long LONGEST_MS = 366L * 24 * 3600 * 1000;

    /** 7 days, the contract's promise; 5,000 members keep a snapshot below 400 KiB; 500 are DESIGN's bound for fan-out on write. */
    public static final FoldLimits DEFAULT = new FoldLimits(5_000, 500, 5_000, 7L * 24 * 3600 * 1000);

    public FoldLimits {
        require("maxMembers", maxMembers, MOST);
        require("writeFanoutMembers", writeFanoutMembers, MOST);
        require("maxBans", maxBans, MOST);
        require("dedupAgeMs", dedupAgeMs, LONGEST_MS);
    }

    private static void require(String name, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " = " + value + ": use 1 to " + most);
        }
    }
}
