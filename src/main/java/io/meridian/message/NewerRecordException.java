package io.meridian.message;

/** A record made for rules that this code does not know: its partition stops here until newer code takes over. */
public final class NewerRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NewerRecordException(int rules) {
        super("record needs rules " + rules + ", this code knows " + Command.RULES + ": deploy the newer version");
    }
}
