package io.meridian.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what stands still, also where the client says nothing: it waits in silence for a leader that it takes for too old,
 * and reads on in a topic that was made again. So the logs' ends and the topic's identity are looked up now and then, beside
 * the reading.
 */
final class Watch {
    private static final Logger LOGGER = LoggerFactory.getLogger(Watch.class);
    /** Well above a restart of an engine. */
    static final long ALARM_AFTER_MS = 15_000;
    /** No partition's in particular: nothing at all can be read. */
    static final int ALL = -1;

    private final Reading reading;
    private final Rebalance rebalance;
    private final Admin admin;
    /** Since when polling fails; 0: it does not. */
    private volatile long failingSinceMs;

    private long lastMs;

    Watch(Reading reading, Rebalance rebalance, Admin admin) {
        this.reading = reading;
        this.rebalance = rebalance;
        this.admin = admin;
    }

    void readable() {
        failingSinceMs = 0;
    }

    void unreadable() {
        failingSinceMs = failingSinceMs == 0 ? reading.clock.millis() : failingSinceMs;
    }

    /** How long each partition that does not move has stood still although something waits. From any thread. */
    Map<Integer, Duration> standstill() {
        long now = reading.clock.millis();
        Map<Integer, Duration> still = new TreeMap<>();
        still(still, ALL, now, failingSinceMs);
        reading.unidentified.forEach((partition, since) -> still(still, partition.partition(), now, since));
        reading.assignments.values().forEach(assignment -> {
            still(still, assignment.partition(), now, assignment.unreadSinceMs);
            still(still, assignment.partition(), now, assignment.waitingSinceMs);
        });
        return still;
    }

    private static void still(Map<Integer, Duration> still, int partition, long now, long since) {
        if (since != 0 && now - since > ALARM_AFTER_MS) {
            still.put(partition, Duration.ofMillis(now - since));
        }
    }

    void turn() {
        long now = reading.clock.millis();
        if (now - lastMs <= ALARM_AFTER_MS) {
            return;
        }
        lastMs = now;
        Map<Integer, Duration> still = standstill();
        if (!still.isEmpty()) {
            LOGGER.error("ALARM: {} stands still at partitions of {}: {}", reading.group, reading.topic, still);
        }
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        reading.assignments.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
        if (!ends.isEmpty()) {
            rebalance.identify();
            admin.listOffsets(ends, new ListOffsetsOptions().timeoutMs((int) Openings.ASK.toMillis()))
                    .all()
                    .whenComplete((found, failure) -> reading.later(() -> {
                        if (failure == null) {
                            found.forEach(this::compare);
                        }
                    }));
        }
    }

    private void compare(TopicPartition partition, ListOffsetsResultInfo end) {
        Assignment assignment = reading.assignments.get(partition);
        if (assignment != null) {
            assignment.seen(end.offset(), reading.clock.millis());
        }
    }
}
