package io.meridian.message;

/** Where the outcome of a command is told: a gateway's reply address, and its number for the question. A hint, never a promise. */
public record ReplyTo(String gateway, long request) {}
