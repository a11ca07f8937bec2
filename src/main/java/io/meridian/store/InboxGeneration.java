package io.meridian.store;

/**
 * Which life of a region's inboxes this is.
 *
 * @param generation only grows; every entry id begins with it
 * @param serverIdentity the Redis it was raised for; another one may have lost entries
 * @param incompleteBelow devices last whole in a lower generation are incomplete
 */
public record InboxGeneration(long generation, String serverIdentity, long incompleteBelow) {}
