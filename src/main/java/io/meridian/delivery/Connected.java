package io.meridian.delivery;

import java.util.Optional;

/**
 * A device is in the set and this session holds it.
 *
 * @param complete false: the inbox is not known to be whole, the device has to sync
 * @param previous another session that held the device until now: tell it that it was replaced
 */
public record Connected(boolean complete, Optional<SessionRef> previous) {}
