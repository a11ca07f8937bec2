package io.meridian.message;

/** A record that no version of this code can read. It is copied to the dead-letter topic with this message as the reason. */
public final class UnreadableRecordException extends Exception {
    private static final long serialVersionUID = 1;

    public UnreadableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
