package io.meridian.bench;

/** A measurement that cannot be made, for a reason the person at the terminal can act on: the message is that reason. */
final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
