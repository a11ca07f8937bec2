package io.meridian.log;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Partitions come and go. Called within {@code poll} and {@code close}, on the poll thread. */
final class Rebalance implements ConsumerRebalanceListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(Rebalance.class);
    private static final long IDENTIFY_AGAIN_MS = 200;

    private final Reading reading;
    private final Commits commits;
    private final Admin admin;

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
        reading.consumer.pause(partitions);
        // any position at all, so that the client doesn't look for one itself; nothing is fetched while paused
        partitions.forEach(partition -> reading.consumer.seek(partition, 0));
        reading.later(() -> register(partitions));
    }

    /** Asks for the topic's identity first, which may fail; then again in a later turn. */
    private void register(Collection<TopicPartition> partitions) {
        Set<TopicPartition> held = reading.consumer.assignment();
        List<TopicPartition> fresh = partitions.stream()
                .filter(partition -> held.contains(partition) && !reading.assignments.containsKey(partition))
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        try {
            String id = topicId();
            long now = reading.clock.millis();
            fresh.forEach(partition -> reading.assignments.put(
                    partition, new Assignment(id + "/" + partition.partition(), partition.partition(), now)));
        } catch (KafkaException e) {
            LOGGER.warn("{} cannot identify {}: {}", reading.group, reading.topic, e.toString());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(IDENTIFY_AGAIN_MS));
            reading.later(() -> register(fresh));
        }
    }

    private String topicId() {
        try {
            return admin.describeTopics(List.of(reading.topic))
                    .allTopicNames()
                    .get(Openings.ASK.toMillis(), TimeUnit.MILLISECONDS)
                    .get(reading.topic)
                    .topicId()
                    .toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WakeupException();
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("no topic id: " + e, e);
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
        partitions.forEach(commits::drop);
        partitions.stream()
                .map(reading.assignments::remove)
                .filter(Objects::nonNull)
                .forEach(reading::forget);
    }
}
