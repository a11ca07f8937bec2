package io.meridian.bus;

/** The gateway has the hint; nothing more is promised. */
public record HintTaken() {}
