package io.meridian.bench;

import java.util.Locale;

/** What is measured. */
enum Scenario {
    /** Users in pairs, direct conversations. */
    PAIRS,
    /** Groups, each message to every member's device. */
    GROUP,
    /** {@link #PAIRS} by turns without and beside clients that misbehave. */
    UNRULY,
    /** Connections that do nothing, beside as many to a bare Vert.x server. */
    IDLE,
    /** All clients cut at once and back. */
    RECONNECT,
    /** The engines' work of a message with nothing in between. */
    FLOOR;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
