package io.meridian.store;

import io.meridian.message.MessageId;

/**
 * Where a command's last event lies: what recognises a repeated command that has left the hot window.
 *
 * @param payloadHash fingerprint of what the command asked for
 * @param appendedAtMs append time of the command's record, Unix ms
 */
public record IndexEntry(MessageId id, long seq, String payloadHash, long appendedAtMs) {}
