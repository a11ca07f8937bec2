package io.meridian.testing;

/** Seeds of random tests: printed, so that a failure can be repeated with {@code -Dmeridian.test.seed=N}. */
public final class Seeds {
    private static final String PROPERTY = "meridian.test.seed";

    private Seeds() {}

    /** The seed that was asked for, else a new one; prints it. */
    public static long next() {
        Long given = Long.getLong(PROPERTY);
        long seed = given != null ? given : System.nanoTime();
        System.out.println("seed " + seed + " (repeat with -D" + PROPERTY + "=" + seed + ")");
        return seed;
    }
}
