package io.meridian.log;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Partitions come and go. Called within {@code poll} and {@code close}, on the poll thread. */
final class Rebalance implements ConsumerRebalanceListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(Rebalance.class);
    private static final long IDENTIFY_AGAIN_MS = 200;

    private final Reading reading;
    private final Commits commits;
    private final Admin admin;
    private int asked;

    Rebalance(Reading reading, Commits commits, Admin admin) {
        this.reading = reading;
        this.commits = commits;
        this.admin = admin;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        LOGGER.info(
                "{} is given partitions {} of {}",
                reading.group,
                partitions.stream().map(TopicPartition::partition).sorted().toList(),
                reading.topic);
        reading.consumer.pause(partitions);
        // any position at all, so that the client doesn't look for one itself; nothing is fetched while paused
        partitions.forEach(partition -> reading.consumer.seek(partition, 0));
        long now = reading.clock.millis();
        partitions.forEach(partition -> reading.unidentified.put(partition, now));
        identify();
    }

    /**
     * Which log it is, is asked first: a topic that was made anew is another. Asked again where a position is not there any
     * more, and now and then, as the topic may be made anew under a reader.
     */
    void identify() {
        asked++;
        int question = asked;
        admin.describeTopics(
                        List.of(reading.topic), new DescribeTopicsOptions().timeoutMs((int) Openings.ASK.toMillis()))
                .allTopicNames()
                .whenComplete((topics, failure) -> reading.later(() -> {
                    if (question != asked) {
                        // a later answer counts, and an earlier one may be of a topic that is no more
                        return;
                    }
                    if (failure == null) {
                        identified(topics.get(reading.topic).topicId().toString());
                    } else if (waiting()) {
                        LOGGER.warn("{} cannot identify {}: {}", reading.group, reading.topic, failure.toString());
                        reading.laterAt(reading.clock.millis() + IDENTIFY_AGAIN_MS, this::identify);
                    }
                }));
    }

    private boolean waiting() {
        return !reading.unidentified.isEmpty()
                || reading.assignments.values().stream().anyMatch(assignment -> assignment.suspect);
    }

    private void identified(String topicId) {
        Set<TopicPartition> held = reading.consumer.assignment();
        long now = reading.clock.millis();
        reading.assignments.forEach((partition, assignment) -> {
            assignment.suspect = false;
            if (!assignment.log().equals(topicId + "/" + partition.partition())) {
                LOGGER.error("ALARM: {} finds another log where {} was", reading.group, assignment.log());
                reading.consumer.pause(List.of(partition));
                drop(List.of(partition));
                reading.unidentified.put(partition, now);
            }
        });
        for (TopicPartition partition : Set.copyOf(reading.unidentified.keySet())) {
            reading.unidentified.remove(partition);
            if (held.contains(partition) && !reading.assignments.containsKey(partition)) {
                reading.assignments.put(
                        partition, new Assignment(topicId + "/" + partition.partition(), partition.partition(), now));
            }
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commits.drain(partitions);
        drop(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        LOGGER.warn("{} lost {}", reading.group, partitions);
        drop(partitions);
    }

    private void drop(Collection<TopicPartition> partitions) {
        partitions.forEach(reading.unidentified::remove);
        partitions.forEach(commits::drop);
        partitions.stream()
                .map(reading.assignments::remove)
                .filter(Objects::nonNull)
                .forEach(reading::forget);
    }
}
