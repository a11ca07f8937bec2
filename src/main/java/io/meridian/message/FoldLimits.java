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
    /** 7 days, the contract's promise; 5,000 members keep a snapshot below 400 KiB; 500 are DESIGN's bound for fan-out on write. */
    public static final FoldLimits DEFAULT = new FoldLimits(5_000, 500, 5_000, 7L * 24 * 3600 * 1000);
}
