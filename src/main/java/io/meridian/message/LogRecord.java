package io.meridian.message;

/** What a partition of {@code chat.commands} holds: what somebody asked for, or who orders a home's conversations from here on. */
public sealed interface LogRecord permits Command, Ownership {}
