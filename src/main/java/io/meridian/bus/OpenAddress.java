package io.meridian.bus;

/**
 * An address for the operator's own programs, which share no class with us: bodies are plain JSON objects, and the name is part
 * of a contract ({@code docs/services.md}).
 */
public record OpenAddress(String name) {}
