package io.meridian.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** One partition as a person's tool sees it, beside its group and out of its way. Blocking. */
public final class LogTail implements AutoCloseable {
    private static final Duration ASK = Duration.ofSeconds(20);
    /** Appends that wait for their answer together. */
    private static final int IN_FLIGHT = 1_000;

    private static final int SESSION_TIMEOUT_MS = 6_000;

    private final TopicPartition partition;
    private final String log;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;

    private LogTail(
            TopicPartition partition,
            String log,
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<byte[], byte[]> producer) {
        this.partition = partition;
        this.log = log;
        this.consumer = consumer;
        this.producer = producer;
    }

    /** {@code group}: whose commits are read; it is not joined. */
    public static LogTail open(LogSettings settings, String group, String topic, int partition)
            throws InterruptedException, ExecutionException, TimeoutException {
        String topicId;
        try (Admin admin = Admin.create(KafkaConfig.admin(settings))) {
            topicId = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(ASK.toMillis(), TimeUnit.MILLISECONDS)
                    .get(topic)
                    .topicId()
                    .toString();
        }
        var consumer = new KafkaConsumer<byte[], byte[]>(KafkaConfig.consumer(settings, group, SESSION_TIMEOUT_MS));
        var tail = new TopicPartition(topic, partition);
        consumer.assign(List.of(tail));
        var producer = new KafkaProducer<byte[], byte[]>(
                new HashMap<String, Object>(KafkaConfig.producer(settings, ASK.toMillis())));
        return new LogTail(tail, topicId + "/" + partition, consumer, producer);
    }

    /** Identity of the log. */
    public String log() {
        return log;
    }

    public Optional<Committed> committed() {
        return Optional.ofNullable(consumer.committed(Set.of(partition), ASK).get(partition))
                .map(found -> new Committed(found.offset(), found.leaderEpoch(), found.metadata()));
    }

    public long begin() {
        return consumer.beginningOffsets(List.of(partition), ASK).get(partition);
    }

    /** Up to where the log is the one that was read up to {@code offset}: its end, or where it was cut off. */
    public long intact(long offset, Optional<Integer> leaderEpoch) {
        long end = consumer.endOffsets(List.of(partition), ASK).get(partition);
        if (leaderEpoch.isEmpty()) {
            return end;
        }
        consumer.seek(partition, new OffsetAndMetadata(offset, leaderEpoch, ""));
        try {
            // waits until the leader has said how far that epoch's records are its own, whatever it has got since
            consumer.position(partition, ASK);
            return end;
        } catch (LogTruncationException e) {
            return Optional.ofNullable(e.divergentOffsets().get(partition))
                    .map(OffsetAndMetadata::offset)
                    .orElse(offset - 1);
        } catch (OffsetOutOfRangeException e) {
            return Math.min(end, offset - 1);
        }
    }

    /** Everything from {@code from} on and below {@code to}, in order. */
    public List<LogEntry> read(long from, long to) {
        List<LogEntry> entries = new ArrayList<>();
        consumer.seek(partition, from);
        while (consumer.position(partition, ASK) < to) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                if (record.offset() < to) {
                    entries.add(Intake.entry(record));
                }
            }
        }
        return entries;
    }

    /** Appends the same value again and again, until one lies where {@code enough} says. @return its offset */
    public long append(byte[] value, Predicate<Long> enough)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            List<Future<RecordMetadata>> sent = new ArrayList<>(IN_FLIGHT);
            for (int i = 0; i < IN_FLIGHT; i++) {
                sent.add(producer.send(
                        new ProducerRecord<>(partition.topic(), partition.partition(), new byte[0], value)));
            }
            long last = last(sent);
            if (enough.test(last)) {
                return last;
            }
        }
    }

    /** Appends these again, in order; as many as {@link #read} gave. */
    public void append(List<LogEntry> entries) throws InterruptedException, ExecutionException, TimeoutException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(entries.size());
        for (LogEntry entry : entries) {
            sent.add(producer.send(
                    new ProducerRecord<>(partition.topic(), partition.partition(), entry.key(), entry.value())));
        }
        last(sent);
    }

    private static long last(List<Future<RecordMetadata>> sent)
            throws InterruptedException, ExecutionException, TimeoutException {
        long last = -1;
        for (Future<RecordMetadata> one : sent) {
            last = one.get(ASK.toMillis(), TimeUnit.MILLISECONDS).offset();
        }
        return last;
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
    }
}
