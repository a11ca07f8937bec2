package io.meridian.log;

/** The partition was revoked or lost: whoever has it now does the rest. */
public final class NotOursException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotOursException(AssignedLog log) {
        super(log.log() + " is not ours any more", null, false, false);
    }
}
