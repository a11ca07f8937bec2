/**
 * What is durable first: the command log and the event log on Kafka.
 *
 * <p>{@code chat.commands} (LogAppendTime, fixed number of partitions) is the one order of every conversation;
 * {@code chat.message_sent} carries what the fold stored; {@code chat.dlq} what nobody can read. An offset is
 * committed only when the effects of everything below it are durable. Classes ending in {@code Log} write,
 * {@link io.meridian.log.LogConsumer} reads.
 */
package io.meridian.log;
