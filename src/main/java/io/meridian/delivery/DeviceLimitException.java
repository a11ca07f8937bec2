package io.meridian.delivery;

import io.meridian.message.UserId;

/**
 * The user has as many devices as can have an inbox, and none of them was unseen for so long that it could make room. Final
 * until one is removed.
 */
public final class DeviceLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeviceLimitException(UserId user, int limit) {
        super("user " + user + " has " + limit + " devices already: remove one first");
    }
}
