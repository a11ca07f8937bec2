package io.meridian.log;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits what the handler finished, and nothing else: now and then, and a last time when a partition is revoked. */
final class Commits {
    private static final Logger LOGGER = LoggerFactory.getLogger(Commits.class);
    /** A replay after a crash goes back this far at most; more often costs a checkpoint in the store each. */
    private static final long INTERVAL_MS = 400;
    /** Of the two seconds within which an orderly stop hands over; the rest is the others', who open what is theirs now. */
    static final long DRAIN_MS = 1_200;
    /** Of that, for the work in flight; then for the handler's last words; what is left is the commit's. */
    private static final long WORK_MS = 500;

    private static final long WORDS_MS = 400;

    private final Reading reading;
    private final Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
    private boolean working = true;
    private long lastMs;

    Commits(Reading reading) {
        this.reading = reading;
    }

    void turn() {
        long now = reading.clock.millis();
        if (now - lastMs >= INTERVAL_MS) {
            lastMs = now;
            reading.assignments.forEach((partition, assignment) -> {
                if (assignment.hasProgress() && !assignment.commitUnderWay) {
                    prepare(partition, assignment);
                }
            });
        }
        send();
    }

    void drop(TopicPartition partition) {
        due.remove(partition);
    }

    private void prepare(TopicPartition partition, Assignment assignment) {
        long offset = assignment.doneOffset;
        int opening = assignment.opening;
        Optional<Integer> leaderEpoch = assignment.doneLeaderEpoch;
        assignment.commitUnderWay = true;
        reading.ask(() -> reading.handler.beforeCommit(assignment, offset))
                .onComplete(metadata -> reading.later(() -> {
                    assignment.commitUnderWay = false;
                    if (!reading.current(partition, assignment, opening)) {
                        return;
                    }
                    if (metadata.failed()) {
                        LOGGER.warn(
                                "{} puts off a commit of {}: {}",
                                reading.group,
                                partition,
                                metadata.cause().toString());
                        return;
                    }
                    due.put(partition, new OffsetAndMetadata(offset, leaderEpoch, metadata.result()));
                }));
    }

    /** One request for all partitions that are due. */
    private void send() {
        if (due.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>(due);
        Map<TopicPartition, Assignment> then = new HashMap<>(reading.assignments);
        due.clear();
        positions.keySet().retainAll(then.keySet());
        reading.consumer.commitAsync(positions, (done, failure) -> {
            if (failure == null) {
                working = true;
                positions.forEach((partition, position) -> committed(then.get(partition), position.offset()));
            } else if (working) {
                // said once: it goes on failing for as long as the broker is out
                working = false;
                LOGGER.warn("{} could not commit, and tries again: {}", reading.group, failure.toString());
            }
        });
    }

    private void committed(Assignment assignment, long offset) {
        assignment.committedOffset = Math.max(assignment.committedOffset, offset);
        reading.tell(() -> reading.handler.committed(assignment, offset));
    }

    /** In the callback of a revocation: what is finished within a bound is committed before another reads on. */
    void drain(Collection<TopicPartition> partitions) {
        List<Assignment> leaving = partitions.stream()
                .map(reading.assignments::get)
                .filter(assignment -> assignment != null && assignment.state == Assignment.State.RUNNING)
                .toList();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(WORK_MS)
                && leaving.stream().anyMatch(Assignment::working)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        Map<TopicPartition, OffsetAndMetadata> positions =
                lastPositions(leaving, begun + TimeUnit.MILLISECONDS.toNanos(WORK_MS + WORDS_MS));
        if (!positions.isEmpty()) {
            try {
                reading.consumer.commitSync(
                        positions,
                        Duration.ofNanos(
                                Math.max(1, begun + TimeUnit.MILLISECONDS.toNanos(DRAIN_MS) - System.nanoTime())));
            } catch (RuntimeException e) {
                LOGGER.warn("{} hands over without a last commit: {}", reading.group, e.toString());
            }
        }
    }

    /** The handler is asked for all at once: one after the other they would take their successors' time. */
    private Map<TopicPartition, OffsetAndMetadata> lastPositions(List<Assignment> leaving, long deadline) {
        Map<Assignment, CompletableFuture<String>> words = new LinkedHashMap<>();
        for (Assignment assignment : leaving) {
            assignment.advance(reading.clock.millis());
            if (assignment.hasProgress()) {
                long offset = assignment.doneOffset;
                words.put(
                        assignment,
                        reading.ask(() -> reading.handler.beforeCommit(assignment, offset))
                                .toCompletionStage()
                                .toCompletableFuture());
            }
        }
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        words.forEach((assignment, word) -> within(deadline, assignment, word)
                .ifPresent(metadata -> positions.put(
                        new TopicPartition(reading.topic, assignment.partition()),
                        new OffsetAndMetadata(assignment.doneOffset, assignment.doneLeaderEpoch, metadata))));
        return positions;
    }

    private Optional<String> within(long deadline, Assignment assignment, CompletableFuture<String> word) {
        try {
            return Optional.ofNullable(word.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (TimeoutException | ExecutionException e) {
            LOGGER.warn("{} hands over {} without a last commit: {}", reading.group, assignment.log(), e.toString());
            return Optional.empty();
        }
    }
}
