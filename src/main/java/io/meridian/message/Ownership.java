package io.meridian.message;

/**
 * From its offset on, {@code owner} orders the conversations of {@code home}, in {@code epoch}.
 * It is a record of every partition, so that a fold needs no other source; the last one read counts, and a lower epoch never does.
 */
public record Ownership(RegionId home, long epoch, RegionId owner) implements LogRecord {}
