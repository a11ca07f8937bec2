package io.meridian.message;

/** A value from outside that cannot be what its field asks for. Carries the field, so that the answer can name it. */
public final class InvalidFieldException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
    private final String field;
    private final String reason;

    public InvalidFieldException(String field, String reason) {
        super(field + " " + reason);
        this.field = field;
        this.reason = reason;
    }

    public String field() {
        return field;
    }

    public String reason() {
        return reason;
    }
}
