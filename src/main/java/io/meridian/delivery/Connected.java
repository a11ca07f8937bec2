package io.meridian.delivery;

import java.util.Optional;

/**
 * A device is in the set and this session holds it.
 *
 * @param token of its incompleteness, "" when the inbox is whole
 * @param previous another session that held the device until now: tell it that it was replaced
 */
public record Connected(String token, Optional<SessionRef> previous) {
    /** False: the inbox is not known to be whole, the device has to sync. */
    public boolean complete() {
        return token.isEmpty();
    }
}
