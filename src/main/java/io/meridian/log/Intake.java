package io.meridian.log;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was polled goes to the handler, bounded; and what must not happen to a partition stops it or takes it back. */
final class Intake {
    private static final Logger LOGGER = LoggerFactory.getLogger(Intake.class);
    /** Of one partition. Enough for a partition that is busy alone; a poll brings up to 500 more. */
    private static final int MAX_RECORDS = 1_000;

    private static final long MAX_BYTES = 2L << 20;
    /** Up to this many partitions have the whole of that each, 32 MiB a node in all; more share it. */
    private static final int FULL_SHARES = 16;
    /** A position that was just looked up and is not there again, so many times: no opening will help. */
    private static final int MAX_FAULTS = 5;

    private final Reading reading;

    Intake(Reading reading) {
        this.reading = reading;
    }

    /** Records that cannot be handed over must not be passed: their partition is read again. */
    void take(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            Assignment assignment = reading.assignments.get(partition);
            if (assignment == null || assignment.state != Assignment.State.RUNNING) {
                continue;
            }
            try {
                handOver(partition, assignment, records.records(partition));
            } catch (RuntimeException e) {
                LOGGER.error("{} cannot hand over {}, and reads it again", reading.group, partition, e);
                assignment.reopen();
            }
        }
    }

    private void handOver(
            TopicPartition partition, Assignment assignment, List<ConsumerRecord<byte[], byte[]>> records) {
        if (leavesGap(partition, assignment, records.get(0).offset())) {
            assignment.reopen();
            return;
        }
        List<LogEntry> entries = new ArrayList<>(records.size());
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            entries.add(entry(record));
            bytes += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        }
        ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
        var batch = new Assignment.Batch(last.offset() + 1, records.size(), bytes, last.leaderEpoch());
        assignment.handedOver(batch, reading.clock.millis());
        int opening = assignment.opening;
        reading.ask(() -> assignment.ours() && assignment.opening == opening
                        ? reading.handler.process(assignment, entries)
                        : Future.failedFuture(new NotOursException(assignment)))
                .onComplete(result -> {
                    if (result.succeeded()) {
                        batch.done = true;
                    } else {
                        reading.later(() -> stuck(partition, assignment, opening, result.cause()));
                    }
                });
    }

    /** Nobody but a broken reader or a broken log leaves out offsets. Read again it is known which of the two. */
    private boolean leavesGap(TopicPartition partition, Assignment assignment, long first) {
        if (first == assignment.nextOffset) {
            return false;
        }
        LOGGER.error(
                "ALARM: {} reads {} from {} on, where {} should follow",
                reading.group,
                partition,
                first,
                assignment.nextOffset);
        boolean known = assignment.gapAt == assignment.nextOffset;
        assignment.gapAt = assignment.nextOffset;
        return !known;
    }

    static LogEntry entry(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return new LogEntry(
                record.offset(), record.timestamp(), record.key(), record.value(), headers, record.leaderEpoch());
    }

    private void stuck(TopicPartition partition, Assignment assignment, int opening, Throwable cause) {
        Fatal.check("partition " + partition + " of " + reading.group, cause);
        if (reading.current(partition, assignment, opening) && assignment.ours()) {
            LOGGER.error("{} stops at {}: {}", reading.group, partition, cause.getMessage(), cause);
            assignment.stuck(reading.clock.millis());
            reading.consumer.pause(List.of(partition));
        }
    }

    /** The positions that were chosen are not there: the handler is asked again, when it is known which log this is. */
    void outOfRange(OffsetOutOfRangeException e) {
        LOGGER.error("{}: {} is not where it was: {}", reading.group, e.partitions(), e.getMessage());
        for (TopicPartition partition : e.partitions()) {
            Assignment assignment = reading.assignments.get(partition);
            if (assignment != null) {
                if (e instanceof LogTruncationException cut) {
                    assignment.cutAt = cutAt(cut, partition, assignment);
                }
                fault(partition, assignment);
            }
        }
    }

    private static long cutAt(LogTruncationException cut, TopicPartition partition, Assignment assignment) {
        long below = Math.max(0, assignment.nextOffset - 1);
        return Optional.ofNullable(cut.divergentOffsets().get(partition))
                .map(OffsetAndMetadata::offset)
                .filter(offset -> offset >= 0)
                .map(offset -> Math.min(offset, below))
                .orElse(below);
    }

    private void fault(TopicPartition partition, Assignment assignment) {
        long now = reading.clock.millis();
        reading.consumer.pause(List.of(partition));
        // a position without an epoch: the client would go on to test the one that failed, and throw at every poll
        reading.consumer.seek(partition, 0);
        if (assignment.state == Assignment.State.STUCK) {
            return;
        }
        assignment.restart(now);
        assignment.faults++;
        if (assignment.faults > MAX_FAULTS) {
            LOGGER.error("ALARM: {} stops at {}: no position that is chosen is there", reading.group, partition);
            assignment.stuck(now);
        } else {
            assignment.suspect = true;
            Openings.later(assignment, now);
        }
    }

    /** Takes note of what was finished since the last turn, and pauses or resumes by what is in flight. */
    void settle(TopicPartition partition, Assignment assignment) {
        if (assignment.takeReopen()) {
            reading.consumer.pause(List.of(partition));
            assignment.restart(reading.clock.millis());
            return;
        }
        if (assignment.state != Assignment.State.RUNNING) {
            return;
        }
        assignment.advance(reading.clock.millis());
        int shares = Math.max(FULL_SHARES, reading.assignments.size());
        boolean full = assignment.inFlightRecords >= MAX_RECORDS * FULL_SHARES / shares
                || assignment.inFlightBytes >= MAX_BYTES * FULL_SHARES / shares;
        boolean paused = reading.consumer.paused().contains(partition);
        if (full && !paused) {
            reading.consumer.pause(List.of(partition));
        } else if (!full && paused) {
            reading.consumer.resume(List.of(partition));
        }
    }
}
