package io.meridian.log;

import org.slf4j.LoggerFactory;

/**
 * The end of the process for what no code can go on after (out of memory, a missing class): a half-dead node that
 * keeps its partitions is worse than none.
 */
public final class Fatal {
    /** EX_SOFTWARE of sysexits.h. */
    private static final int EXIT_CODE = 70;

    private Fatal() {}

    /** Futures catch everything that is thrown in them, so whoever takes a failure out of one asks this first. */
    public static void check(String where, Throwable cause) {
        if (cause instanceof Error error) {
            halt(where, error);
        }
    }

    public static void halt(String where, Error error) {
        try {
            LoggerFactory.getLogger(Fatal.class).error("{} cannot go on, the process ends", where, error);
        } finally {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
