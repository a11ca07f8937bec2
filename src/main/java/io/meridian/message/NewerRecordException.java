package io.meridian.message;

/** A record made for rules that this code does not know: its partition stops here until newer code takes over. */
public final class NewerRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NewerRecordException(int rules) {
        super("record needs rules " + rules + ", this code knows " + Command.RULES + ": deploy the newer version");
    }

    /** {@code what}: what this code does not know. */
    public NewerRecordException(String what, Throwable cause) {
        super("this code does not know " + what + ": deploy the newer version", cause);
    }
}
