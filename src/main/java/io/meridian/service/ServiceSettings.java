package io.meridian.service;

import io.meridian.conversation.CommandSettings;

/**
 * How a node serves the services of its region.
 *
 * @param node this start of the node, unlike any other; first half of the id under which outcomes are sent back
 * @param maxInFlight changes without an answer at one time, of one verticle
 */
public record ServiceSettings(String node, int maxInFlight, CommandSettings commands) {
    private static final int MOST_IN_FLIGHT = 100_000;

    public ServiceSettings {
        if (maxInFlight < 1 || maxInFlight > MOST_IN_FLIGHT) {
            throw new IllegalArgumentException("meridian.services.in-flight = " + maxInFlight + ": use 1 to "
                    + MOST_IN_FLIGHT + ", 1000 is usual");
        }
    }
}
