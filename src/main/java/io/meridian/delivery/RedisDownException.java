package io.meridian.delivery;

/** Redis cannot be asked now; nothing was promised. */
final class RedisDownException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RedisDownException(String message) {
        super(message, null, false, false);
    }
}
