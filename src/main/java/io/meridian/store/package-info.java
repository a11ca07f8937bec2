/**
 * Everything that is kept, on Cassandra: one {@link io.meridian.store.Cassandra session} a process, one class a group of
 * tables. The tables, with their keys and what their cells mean, are in {@code store/*.cql}.
 *
 * <p>What holds for all of them:
 * <ul>
 *   <li>A failed future means that an engine did not answer in time: try again. Every call may be repeated.
 *   <li>What the sequencer writes carries the {@code seq} of its event as its timestamp, so that of two writes to a cell the
 *       one of the later event stays, whichever comes last; and no null is ever bound, for that would be a deletion.
 *   <li>LOCAL_QUORUM both ways: what was acknowledged is read. Conditional writes are decided at LOCAL_SERIAL, usernames at
 *       SERIAL. A table that has conditional writes has no others, for their timestamps are not comparable.
 *   <li>No answer is longer than its limit, or than one partition whose size is bounded by what a person can do.
 * </ul>
 */
package io.meridian.store;
