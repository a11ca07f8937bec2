/**
 * How much of everything one caller may have: token buckets by user, conversation, address and user name, and whose address
 * a request is. Pure: time is passed in, and what is done about a refusal is the gateway's.
 *
 * <p>A node keeps one {@link io.meridian.limits.RateLimits} for all its gateways, on whatever threads they run; nothing in it
 * waits. Tables are bounded. A bucket that is dropped comes back full: by its expiry it would be full anyway, and one dropped
 * for room gives its owner one more burst, which needs a hundred thousand others at the same time.
 */
package io.meridian.limits;
