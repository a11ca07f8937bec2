package io.meridian.log;

import java.util.Optional;

/**
 * Where to begin reading.
 *
 * @param leaderEpoch of the record before it, where known: a log that was cut off below and grew again is told by it
 */
public record Start(long offset, Optional<Integer> leaderEpoch) {

    /** Where nothing is known of the record before it. */
    public Start(long offset) {
        this(offset, Optional.empty());
    }
}
