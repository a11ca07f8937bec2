package io.meridian.log;

import java.util.Optional;

/**
 * What the group committed last for a log.
 *
 * @param offset of the next record to read
 * @param leaderEpoch of the record before it, where known
 * @param metadata the handler's own words beside it
 */
public record Committed(long offset, Optional<Integer> leaderEpoch, String metadata) {

    public Committed(long offset, String metadata) {
        this(offset, Optional.empty(), metadata);
    }
}
