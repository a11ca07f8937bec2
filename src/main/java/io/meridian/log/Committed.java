package io.meridian.log;

/** What the group committed last for a log: the next offset to read, and the handler's own words beside it. */
public record Committed(long offset, String metadata) {}
