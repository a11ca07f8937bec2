package io.meridian.delivery;

import java.util.Optional;

/**
 * A device is in the set and this session holds it.
 *
 * @param token of its incompleteness, "" when the inbox is whole
 * @param previous another session that held the device until now: tell it that it was replaced. Not known to who asks again
 *     because the first answer was lost; the other one's heartbeat says the same
 * @param sinceMs since when this one holds it: to be said with every heartbeat. Later than of whoever held it before,
 *     whatever the clocks say
 */
public record Connected(String token, Optional<SessionRef> previous, long sinceMs) {
    /** False: the inbox is not known to be whole, the device has to sync. */
    public boolean complete() {
        return token.isEmpty();
    }
}
