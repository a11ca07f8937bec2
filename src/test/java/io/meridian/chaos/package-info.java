/**
 * A region under load while its parts die: workload, nemesis, and a checker that holds what clients saw against the contract.
 *
 * <p>A {@code Nemesis} does the harm and says when it is undone, {@code Workload} writes and comes and goes as people do, {@code
 * io.meridian.testing.HistoryChecker} judges. Nothing is mocked; processes are killed with signals.
 */
package io.meridian.chaos;
