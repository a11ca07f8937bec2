package io.meridian.delivery;

import java.time.Instant;

/**
 * A session that is to hold a device.
 *
 * @param helloAt when it said hello
 * @param late whether that is some time ago: then it yields to a session whose hello was later and that came first. Who asks
 *     at once yields to nobody, so that clocks that differ keep nobody out
 */
public record Takeover(SessionRef session, Instant helloAt, boolean late) {}
