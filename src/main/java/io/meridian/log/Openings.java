package io.meridian.log;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out where each newly assigned partition starts, and lets its records flow. Until then it is paused. */
final class Openings {
    private static final Logger LOGGER = LoggerFactory.getLogger(Openings.class);
    /** Questions to Kafka from the poll thread: well below the time after which the group gives us up. */
    static final Duration ASK = Duration.ofSeconds(3);

    private static final long MAX_BACKOFF_MS = 2_000;

    private final Reading reading;

    Openings(Reading reading) {
        this.reading = reading;
    }

    void turn() {
        long now = reading.clock.millis();
        Map<TopicPartition, Assignment> due = new HashMap<>();
        Map<TopicPartition, Assignment> alone = new HashMap<>();
        reading.assignments.forEach((partition, assignment) -> {
            if (assignment.state == Assignment.State.OPENING
                    && !assignment.suspect
                    && !assignment.openingUnderWay
                    && assignment.openNotBeforeMs <= now) {
                (assignment.askAlone ? alone : due).put(partition, assignment);
            }
        });
        if (!due.isEmpty()) {
            open(due, now);
        }
        // one a turn: a question without an answer takes its time, and what runs is read meanwhile
        alone.entrySet().stream()
                .min(Comparator.comparingLong(entry -> entry.getValue().openNotBeforeMs))
                .ifPresent(entry -> open(Map.of(entry.getKey(), entry.getValue()), now));
    }

    private void open(Map<TopicPartition, Assignment> due, long now) {
        try {
            Set<TopicPartition> partitions = due.keySet();
            Map<TopicPartition, OffsetAndMetadata> committed = reading.consumer.committed(partitions, ASK);
            Map<TopicPartition, Long> begin = reading.consumer.beginningOffsets(partitions, ASK);
            Map<TopicPartition, Long> end = reading.consumer.endOffsets(partitions, ASK);
            due.forEach((partition, assignment) -> open(
                    partition,
                    assignment,
                    Optional.ofNullable(committed.get(partition)),
                    begin.get(partition),
                    end.get(partition)));
        } catch (WakeupException e) {
            throw e;
        } catch (RuntimeException e) {
            LOGGER.warn("{} cannot learn where {} stands: {}", reading.group, due.keySet(), e.toString());
            due.values().forEach(assignment -> {
                // a leader that is out must not keep the other partitions from being opened
                assignment.askAlone = true;
                later(assignment, now);
            });
        }
    }

    private void open(
            TopicPartition partition,
            Assignment assignment,
            Optional<OffsetAndMetadata> committed,
            long begin,
            long end) {
        int opening = assignment.opening;
        assignment.openingUnderWay = true;
        assignment.askAlone = false;
        Optional<Committed> position =
                committed.map(found -> new Committed(found.offset(), found.leaderEpoch(), found.metadata()));
        long intact = Math.min(end, assignment.cutAt);
        reading.ask(() -> reading.handler.open(assignment, position, begin, intact))
                .onComplete(result -> reading.later(() -> {
                    if (!reading.current(partition, assignment, opening)) {
                        return;
                    }
                    assignment.openingUnderWay = false;
                    if (result.succeeded()) {
                        opened(partition, assignment, result.result(), position);
                    } else if (result.cause() instanceof BrokenLogException broken) {
                        // tried again it would succeed as soon as the log has grown past what is missing
                        LOGGER.error("ALARM: {} stops at {}: {}", reading.group, partition, broken.getMessage());
                        assignment.stuck(reading.clock.millis());
                    } else {
                        Fatal.check("an opening of " + reading.group, result.cause());
                        LOGGER.error(
                                "{} cannot open {}: {}",
                                reading.group,
                                partition,
                                result.cause().getMessage());
                        later(assignment, reading.clock.millis());
                    }
                }));
    }

    private void opened(TopicPartition partition, Assignment assignment, Start chosen, Optional<Committed> committed) {
        long offset = chosen.offset();
        Optional<Integer> leaderEpoch = chosen.leaderEpoch()
                .or(() -> committed
                        // what was committed for another log of this name may be at the same offset, and is tried once
                        .filter(position -> position.offset() == offset && assignment.faults == 0)
                        .flatMap(Committed::leaderEpoch));
        // with its leader epoch, so that a log that was cut off below and grew again is found out
        reading.consumer.seek(partition, new OffsetAndMetadata(offset, leaderEpoch, ""));
        reading.consumer.resume(List.of(partition));
        assignment.opened(new Start(offset, leaderEpoch));
        LOGGER.debug("{} reads {} from {}", reading.group, partition, offset);
    }

    static void later(Assignment assignment, long nowMs) {
        assignment.failedOpenings++;
        assignment.openNotBeforeMs = nowMs + Math.min(MAX_BACKOFF_MS, 100L << Math.min(10, assignment.failedOpenings));
    }
}
