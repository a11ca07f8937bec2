package io.meridian.store;

/** How far a user has read: up to {@code seq}, which is the {@code ordinal}-th user message. */
public record ReadCursor(long seq, long ordinal) {}
