package io.meridian.delivery;

import java.util.Optional;

/**
 * What a removal found.
 *
 * @param wasThere the device had an inbox
 * @param session that held it: tell it that it is over
 */
public record Removed(boolean wasThere, Optional<SessionRef> session) {}
