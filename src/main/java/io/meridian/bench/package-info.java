/**
 * {@code ./meridian bench}: a load generator in a process of its own, which speaks the public contract like anybody's client and
 * prints one JSON document.
 *
 * <p>{@code BenchCommand} runs in the launcher and starts {@code Main}, which makes a {@code Population} of users over HTTP and
 * hands each scenario its {@code Device}s on a few event loops ({@code LoadVerticle}).
 *
 * <p>What holds:
 *
 * <ul>
 *   <li>Open loop: {@code Schedule} says when each message is due, whatever the server does, and every latency counts from then.
 *       A server that stalls is charged for all that should have been sent meanwhile.
 *   <li>What arrived is counted, not sampled: {@code Room} holds every position that was acknowledged and every one that each
 *       device got.
 *   <li>A room and its devices live on one event loop; nothing that counts is shared between threads.
 *   <li>This package knows nothing of the node's packages; what runs where it reads from {@code run.json}.
 * </ul>
 */
package io.meridian.bench;
