/**
 * Order. A deterministic fold over {@code chat.commands} ({@link io.meridian.sequencer.Sequencing}, pure) and the shell
 * that makes its steps durable ({@link io.meridian.sequencer.SequencerVerticle}, one {@code PartitionFold} a partition,
 * one {@code ConversationLane} a conversation at work).
 *
 * <p>Order of effects: index and bucket list → event rows → reply to sends → projections → reply to the rest →
 * {@code chat.message_sent} → checkpoint and commit. Two sequencers that overlap write the same rows, because every
 * write is a function of the log and carries its {@code seq} as timestamp. No lock, lease or conditional write.
 */
package io.meridian.sequencer;
