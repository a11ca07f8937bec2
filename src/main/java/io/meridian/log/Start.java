package io.meridian.log;

/** Where to begin reading. */
public record Start(long offset) {}
