/**
 * The vocabulary: ids, positions, commands, events and outcomes, and how they look as bytes. Pure; every feature
 * depends on it and it on none.
 *
 * <p>Ids are hashes of what they name, positions grow and are never reused, a command's id makes it idempotent.
 */
package io.meridian.message;
