package io.meridian.log;

import io.meridian.message.Ownership;
import io.meridian.message.Topics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes the logs where they are missing, and writes into each new command partition who owns the region's
 * conversations: without that record nothing is sequenced. Every step may be done again, by several nodes at once.
 */
public final class LogProvisioning {
    private static final long DAY_MS = 24L * 3600 * 1000;
    /** 8 days: longer than any dedup age or cut that is promised to be survived (7 days). */
    private static final long RETENTION_MS = 8 * DAY_MS;

    private static final long DEAD_LETTER_RETENTION_MS = 30 * DAY_MS;
    private static final long ASK_MS = 10_000;
    private static final long UNKNOWN_PAUSE_MS = 100;

    private final Vertx vertx;
    private final LogSettings settings;

    public LogProvisioning(Vertx vertx, LogSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /** @return done when every log exists as configured and every command partition begins with its ownership */
    public Future<Void> run(CommandLog commands, Ownership first) {
        return vertx.executeBlocking(this::emptyPartitions)
                .compose(empty -> Future.all(empty.stream()
                        .map(partition -> commands.append(partition, new byte[0], first))
                        .toList()))
                .mapEmpty();
    }

    /** Blocking: Kafka's admin client, at start only. */
    private List<Integer> emptyPartitions() throws Exception {
        try (Admin admin = Admin.create(KafkaConfig.admin(settings))) {
            Set<String> present = admin.listTopics().names().get(ASK_MS, TimeUnit.MILLISECONDS);
            List<NewTopic> missing = topics().stream()
                    .filter(topic -> !present.contains(topic.name()))
                    .toList();
            for (var made : admin.createTopics(missing).values().entrySet()) {
                created(made.getValue());
            }
            check(admin);
            return empty(admin);
        }
    }

    private static void created(KafkaFuture<Void> made)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            made.get(ASK_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private List<NewTopic> topics() {
        return List.of(
                topic(Topics.COMMANDS, RETENTION_MS, Map.of("message.timestamp.type", "LogAppendTime")),
                topic(Topics.MESSAGE_SENT, RETENTION_MS, Map.of()),
                topic(Topics.DEAD_LETTERS, DEAD_LETTER_RETENTION_MS, Map.of()));
    }

    private NewTopic topic(String name, long retentionMs, Map<String, String> more) {
        Map<String, String> config = new HashMap<>(more);
        config.put("cleanup.policy", "delete");
        config.put("retention.ms", String.valueOf(retentionMs));
        config.put("min.insync.replicas", String.valueOf(settings.minInsyncReplicas()));
        config.put("unclean.leader.election.enable", "false");
        return new NewTopic(name, settings.partitions(), settings.replicationFactor()).configs(config);
    }

    private void check(Admin admin) throws Exception {
        List<String> names = topics().stream().map(NewTopic::name).toList();
        Map<String, TopicDescription> found =
                onceKnown(() -> admin.describeTopics(names).allTopicNames());
        for (TopicDescription topic : found.values()) {
            int partitions = topic.partitions().size();
            if (partitions != settings.partitions()) {
                throw new IllegalArgumentException("meridian.kafka.partitions = " + settings.partitions() + ": topic "
                        + topic.name() + " has " + partitions
                        + ", and that number is fixed for life; set the key to " + partitions);
            }
        }
        checkConfigs(admin, names);
    }

    /** What is there already may have been made by hand. */
    private void checkConfigs(Admin admin, List<String> names) throws Exception {
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        for (var found : onceKnown(() -> admin.describeConfigs(resources).all()).entrySet()) {
            String topic = found.getKey().name();
            // an order of which the middle is compacted away is none
            require(topic, found.getValue(), "cleanup.policy", "delete");
            if (topic.equals(Topics.COMMANDS)) {
                // the fold goes by the log's own time: a sender's clock must not decide
                require(topic, found.getValue(), "message.timestamp.type", "LogAppendTime");
            }
        }
    }

    private static void require(String topic, Config config, String key, String value) {
        String found = config.get(key).value();
        if (!value.equals(found)) {
            throw new IllegalArgumentException("topic " + topic + " has " + key + " = " + found
                    + "; its order depends on it: set it to " + value + " before anything is written there");
        }
    }

    /** A broker answers for a topic only some time after the controller has made it: seconds on a machine that is busy. */
    private static <T> T onceKnown(Supplier<KafkaFuture<T>> question) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ASK_MS);
        while (true) {
            try {
                return question.get().get(ASK_MS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                Thread.sleep(UNKNOWN_PAUSE_MS);
            }
        }
    }

    private List<Integer> empty(Admin admin) throws Exception {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, settings.partitions())
                .boxed()
                .collect(Collectors.toMap(
                        partition -> new TopicPartition(Topics.COMMANDS, partition), partition -> OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> found =
                admin.listOffsets(ends).all().get(ASK_MS, TimeUnit.MILLISECONDS);
        List<Integer> empty = new ArrayList<>();
        found.forEach((partition, end) -> {
            if (end.offset() == 0) {
                empty.add(partition.partition());
            }
        });
        return empty;
    }
}
