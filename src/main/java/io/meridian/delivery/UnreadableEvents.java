package io.meridian.delivery;

import io.meridian.log.AssignedLog;
import io.meridian.log.LogEntry;
import io.meridian.message.Topics;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events of which nobody can read whose they are. They are copied to the dead letters, and as any device may have missed them,
 * every device is flagged incomplete: a sync reads the store. Remembers how far that was done, for the same records are read
 * again when a partition goes back. On one Vert.x context.
 */
final class UnreadableEvents {
    private static final Logger LOGGER = LoggerFactory.getLogger(UnreadableEvents.class);

    private final DeadLetters deadLetters;
    private final Supplier<Future<Void>> flagAllIncomplete;
    /** By log, of which a topic has a few: the last offset that was settled. Offsets of a log only grow. */
    private final Map<String, Long> settled = new HashMap<>();

    /** Where records go that nobody can read. */
    interface DeadLetters {
        Future<Void> append(String topic, AssignedLog log, LogEntry entry, String why);
    }

    UnreadableEvents(DeadLetters deadLetters, Supplier<Future<Void>> flagAllIncomplete) {
        this.deadLetters = deadLetters;
        this.flagAllIncomplete = flagAllIncomplete;
    }

    boolean isSettled(AssignedLog log, LogEntry entry) {
        return entry.offset() <= settled.getOrDefault(log.log(), -1L);
    }

    /** {@code records}: of one log, in order. A failure settles none of them. */
    Future<Void> settle(AssignedLog log, List<ReadBatch.Unreadable> records) {
        return Future.all(records.stream().map(record -> setAside(log, record)).toList())
                .compose(done -> {
                    LOGGER.error("ALARM: every device is flagged incomplete, {} holds what nobody can read", log.log());
                    return flagAllIncomplete.get();
                })
                .map(flagged -> {
                    settled.merge(
                            log.log(), records.get(records.size() - 1).entry().offset(), Math::max);
                    return null;
                });
    }

    private Future<Void> setAside(AssignedLog log, ReadBatch.Unreadable record) {
        long offset = record.entry().offset();
        LOGGER.error("{} offset {} goes to {}: {}", log.log(), offset, Topics.DEAD_LETTERS, record.why());
        return deadLetters.append(Topics.MESSAGE_SENT, log, record.entry(), record.why());
    }
}
