package io.meridian.log;

/**
 * The log does not hold what follows the position that was reached: it was cut off, or its records expired unread. Trying
 * again cannot help, and going on would skip records: the partition stops until somebody has looked at it.
 */
public final class BrokenLogException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BrokenLogException(String message) {
        super(message);
    }
}
