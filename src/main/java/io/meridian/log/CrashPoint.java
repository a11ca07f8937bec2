package io.meridian.log;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Steps at which a test lets the process die, to see that another misses nothing: {@code -Dmeridian.test.crash-at=STEP:n}
 * halts it when the step is reached for the n-th time. Only a system property of the process can set it; without it a
 * step costs one comparison.
 */
public enum CrashPoint {
    AFTER_APPEND,
    BEFORE_INDEX,
    AFTER_INDEX,
    AFTER_EVENT_ROWS,
    AFTER_REPLY,
    AFTER_PROJECTIONS,
    AFTER_PUBLISH,
    BEFORE_COMMIT,
    AFTER_COMMIT,
    DELIVERY_AFTER_APPEND,
    DELIVERY_BEFORE_COMMIT;

    private static final String PROPERTY = "meridian.test.crash-at";
    /** As if killed by SIGKILL. */
    private static final int EXIT_CODE = 137;

    private static final String STEP = System.getProperty(PROPERTY, "");
    private static final AtomicInteger LEFT =
            new AtomicInteger(STEP.contains(":") ? Integer.parseInt(STEP.substring(STEP.indexOf(':') + 1)) : 1);

    private final boolean armed;

    CrashPoint() {
        String step = System.getProperty(PROPERTY, "");
        this.armed = step.equals(name()) || step.startsWith(name() + ":");
    }

    /** Ends the process here, should a test want it. */
    public void reached() {
        if (armed && LEFT.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
