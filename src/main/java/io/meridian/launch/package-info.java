/**
 * The {@code meridian} command: a real region on one machine, from nothing but a JDK and Maven.
 *
 * <p>{@code Supervisor} is what stays while a run lives. {@code RunPlan} says, purely, what a run consists of: a
 * {@code ProcessDefinition} for each process, made by {@code KafkaDefinition}, {@code CassandraDefinition},
 * {@code RedisDefinition} and {@code NodeDefinition} from what is installed, the options and the remembered ports.
 * {@code Fleet} starts, replaces and stops processes and keeps {@code run.json} true.
 *
 * <p>What holds:
 *
 * <ul>
 *   <li>Nothing that is needed to start, find or stop a process lives only in the supervisor's memory: it may be killed at any
 *       moment, and {@code status}, {@code restart}, {@code down} and the next {@code up} go on from the data directory.
 *   <li>A process is its pid and its start time. No signal is ever sent to a pid alone.
 *   <li>Every change of {@code run.json} is made under a lock between processes and replaces the file as a whole.
 *   <li>Every process carries its run in its environment, so that even one that stands in no record is found.
 *   <li>Everything listens on loopback only, on ports chosen once, below the range of outgoing connections.
 *   <li>Nodes stop before engines; whatever does not stop in its bound is killed.
 * </ul>
 *
 * <p>The packages of the node know nothing of this one, and it knows nothing of them: they meet in a node's configuration file.
 */
package io.meridian.launch;
