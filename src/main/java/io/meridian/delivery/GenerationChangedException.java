package io.meridian.delivery;

/** The region's inboxes have a higher generation than the caller worked under; nothing was done. */
final class GenerationChangedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GenerationChangedException(long ours, String theirs) {
        super("generation " + ours + " is over: " + theirs, null, false, false);
    }
}
