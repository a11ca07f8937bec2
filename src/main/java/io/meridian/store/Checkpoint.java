package io.meridian.store;

/**
 * How far a consumer got in one log.
 *
 * @param offset of the next record to read
 * @param metadata as committed beside the offset
 */
public record Checkpoint(long offset, String metadata) {}
