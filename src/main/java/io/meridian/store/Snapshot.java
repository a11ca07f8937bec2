package io.meridian.store;

/**
 * The fold's state of one conversation.
 *
 * @param seq of the last event that is in it; also the timestamp of its row, so that the newest one stays
 * @param state as the sequencer encodes it; never changed
 */
public record Snapshot(long seq, byte[] state) {}
