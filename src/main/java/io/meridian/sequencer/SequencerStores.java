package io.meridian.sequencer;

import io.meridian.log.DeadLetterLog;
import io.meridian.log.EventLog;
import io.meridian.store.CheckpointStore;
import io.meridian.store.EventStore;
import io.meridian.store.ProjectionStore;

/** Where the sequencer's effects go. */
public record SequencerStores(
        EventStore events,
        ProjectionStore projections,
        CheckpointStore checkpoints,
        EventLog eventLog,
        DeadLetterLog deadLetters) {}
