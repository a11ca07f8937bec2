package io.meridian.launch;

/** A start, stop or look-up that failed for a reason the person at the terminal can act on: the message is that reason. */
public final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final int FAILED = 1;
    static final int USAGE = 2;

    private final int exitCode;

    public LaunchException(String message) {
        this(message, null);
    }

    public LaunchException(String message, Throwable cause) {
        this(message, cause, FAILED);
    }

    private LaunchException(String message, Throwable cause, int exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What was asked for makes no sense, whatever the machine's state. */
    static LaunchException usage(String message) {
        return new LaunchException(message, null, USAGE);
    }

    int exitCode() {
        return exitCode;
    }
}
