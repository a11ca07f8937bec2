package io.meridian.message;

/** Every reason a request can fail for, as the contract names it, with its HTTP status. */
public enum ErrorCode {
    UNAUTHENTICATED("unauthenticated", 401),
    FORBIDDEN("forbidden", 403),
    NOT_A_MEMBER("not_a_member", 403),
    BLOCKED("blocked", 403),
    NOT_FOUND("not_found", 404),
    CONFLICT("conflict", 409),
    TOO_LARGE("too_large", 413),
    INVALID("invalid", 400),
    UNKNOWN_EVENT_TYPE("unknown_event_type", 400),
    RATE_LIMITED("rate_limited", 429),
    /** Final: this command can not be taken, however often it is sent. */
    INTERNAL("internal", 500),
    OVERLOADED("overloaded", 503),
    /** A dependency is out: nothing was promised, try again with the same clientMessageId. */
    UNAVAILABLE("unavailable", 503);

    private final String code;
    private final int status;

    ErrorCode(String code, int status) {
        this.code = code;
        this.status = status;
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }
}
