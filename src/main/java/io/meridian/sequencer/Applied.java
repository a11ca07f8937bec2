package io.meridian.sequencer;

/** What the fold remembers of a command it applied: the last {@code seq} of its events, what it asked for, and when (record time, Unix ms). */
record Applied(long seq, String payloadHash, long appendedAtMs) {}
