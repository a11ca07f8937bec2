package io.meridian.delivery;

import io.meridian.log.LogEntry;
import io.meridian.message.NewerRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a batch of records says, in order. Pure.
 *
 * @param unreadable records that nobody can read
 * @param newer where only newer code can read on; nothing from there on is in here
 */
record ReadBatch(List<SentEvent> events, List<Unreadable> unreadable, Optional<NewerRecordException> newer) {

    /** A record, and why it cannot be read. */
    record Unreadable(LogEntry entry, String why) {}

    static ReadBatch of(List<LogEntry> entries) {
        List<SentEvent> events = new ArrayList<>(entries.size());
        List<Unreadable> unreadable = new ArrayList<>();
        for (LogEntry entry : entries) {
            try {
                events.add(SentEvent.decode(entry));
            } catch (NewerRecordException e) {
                return new ReadBatch(events, unreadable, Optional.of(e));
            } catch (IllegalArgumentException e) {
                unreadable.add(new Unreadable(entry, e.getMessage()));
            }
        }
        return new ReadBatch(events, unreadable, Optional.empty());
    }
}
