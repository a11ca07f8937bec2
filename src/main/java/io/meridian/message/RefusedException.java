package io.meridian.message;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A request that is answered with one of the contract's errors. Anybody's bad input raises it, so it has no stack trace,
 * and its detail is shown to the caller: nothing secret belongs in it.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final ErrorCode code;
    private final transient Map<String, String> errors;
    private final transient Duration retryAfter;

    private RefusedException(ErrorCode code, String detail, Map<String, String> errors, Duration retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.errors = Map.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    public static RefusedException of(ErrorCode code, String detail) {
        return new RefusedException(code, detail, Map.of(), null);
    }

    /** {@code errors}: field to reason, at least one. */
    public static RefusedException invalid(Map<String, String> errors) {
        String detail = errors.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(error -> error.getKey() + " " + error.getValue())
                .reduce((one, other) -> one + "; " + other)
                .orElse("not valid");
        return new RefusedException(ErrorCode.INVALID, detail, errors, null);
    }

    public static RefusedException invalid(String field, String reason) {
        return invalid(Map.of(field, reason));
    }

    /** Busy or out: worth another try, not before {@code retryAfter}. */
    public static RefusedException retryable(ErrorCode code, String detail, Duration retryAfter) {
        return new RefusedException(code, detail, Map.of(), retryAfter);
    }

    public ErrorCode code() {
        return code;
    }

    public String detail() {
        return getMessage();
    }

    /** Field to reason; empty unless {@link ErrorCode#INVALID}. */
    public Map<String, String> errors() {
        return errors;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
