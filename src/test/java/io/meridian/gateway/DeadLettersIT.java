package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meridian.launch.LocalEngine;
import io.meridian.log.LogConsumer;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.Command;
import io.meridian.message.CommandCodec;
import io.meridian.message.ConversationId;
import io.meridian.message.FoldLimits;
import io.meridian.message.Ids;
import io.meridian.message.Topics;
import io.meridian.message.UserId;
import io.meridian.testing.Answer;
import io.meridian.testing.Engines;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Records in the logs that nobody can read are set aside and hold up nobody; one that newer code wrote holds up its partition, and is seen to. */
class DeadLettersIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    /** Above what counts as a standstill. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final GatewaySettings IMPATIENT = TestNode.settings(
            Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMillis(500), Duration.ofSeconds(2));

    @TempDir
    Path directory;

    private LocalEngine kafka;
    private TestNode node;

    @BeforeEach
    void start() {
        kafka = Engines.startKafka(directory.resolve("kafka"));
        node = new TestNode(kafka.address(), Engines.redis(), IMPATIENT, directory, List.of()).startSequencer();
    }

    @AfterEach
    void stop() {
        node.close();
        kafka.close();
    }

    @Test
    void commandsThatNobodyCanTakeAreSetAsideAndTheNextOneIsTaken() throws Exception {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.group("good", bob);
        RawConnection laptop = bob.connect().hello("laptop");
        Map<Long, byte[]> bad = new HashMap<>();
        for (byte[] value : List.of(
                bytes("nothing like it"),
                bytes("{\"rules\":1}"),
                bytes("{\"rules\":1,\"command\":{\"conversationId\":\"" + chat + "\"}}"),
                foldFailsOn(chat, ann))) {
            bad.put(append(Topics.COMMANDS, chat, value), value);
        }
        bad.put(append(Topics.COMMANDS, chat, null), null);

        assertThat(ann.send(chat, "m1", "after them").status()).isEqualTo(201);

        laptop.await("message_created", event -> event.path("content").asText().equals("after them"));
        Map<Long, ConsumerRecord<byte[], byte[]>> letters = letters(bad.size());
        bad.forEach((offset, value) -> isSetAside(letters.get(offset), Topics.COMMANDS, chat, value));
        assertThat(letters.values().stream().map(letter -> header(letter, "reason")))
                .as("the fold itself failed on one")
                .filteredOn(reason -> reason.startsWith("the fold failed"))
                .hasSize(1);
        assertThat(ann.history(chat)).hasSize(2);
        assertThat(ready().status()).isEqualTo(200);
    }

    @Test
    void eventsThatNobodyCanReadAreSetAsideAndTheNextOneIsDelivered() throws Exception {
        Person ann = node.world.register("ann");
        Person bob = node.world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection laptop = bob.connect().hello("laptop");
        byte[] value = bytes("no event");
        long offset = append(Topics.MESSAGE_SENT, chat, value);

        ann.send(chat, "after it");

        assertThat(laptop.await("reconnect").path("reason").asText()).isEqualTo("rebalancing");
        laptop.isClosedWith(1012);
        RawConnection again = bob.connect().hello("laptop");
        assertThat(again.await("ready").path("inboxComplete").asBoolean())
                .as("what nobody can read is in no inbox")
                .isFalse();
        again.await("message_created", event -> event.path("content").asText().equals("after it"));
        isSetAside(letters(1).get(offset), Topics.MESSAGE_SENT, chat, value);
    }

    @Test
    void aCommandOfNewerRulesStopsItsPartitionAndEverybodyIsToldSo() throws Exception {
        ListAppender<ILoggingEvent> said = listen();
        Person ann = node.world.register("ann");
        String behind = ann.group("behind it");
        String beside = beside(ann, behind);
        assertThat(ready().status()).isEqualTo(200);
        append(Topics.COMMANDS, behind, bytes("{\"rules\":" + (Command.RULES + 1) + ",\"command\":{}}"));

        stands(ann, behind, beside, said);
        // not passed over by who opens the partition next
        node.stopSequencer();
        said.list.clear();
        node.startSequencer();
        stands(ann, behind, beside, said);
        assertThat(letters(0)).isEmpty();
    }

    /** What lies behind the record waits, what lies in other partitions does not; and after a while it is told. */
    private void stands(Person ann, String behind, String beside, ListAppender<ILoggingEvent> said) {
        assertThat(ann.send(behind, "m1", "waits").status()).isEqualTo(202);
        await().atMost(BOUND)
                .untilAsserted(() ->
                        assertThat(ann.send(beside, "does not wait").status()).isEqualTo(201));
        await().atMost(BOUND)
                .until(() -> said.list.stream()
                        .anyMatch(event -> event.getFormattedMessage().contains("sequencer stops at")));
        node.passes(LONG);
        await().atMost(BOUND).untilAsserted(() -> {
            Answer ready = ready();
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.body().path("dependencies").path("sequencer").asText())
                    .isEqualTo("down");
            assertThat(ready.body().path("dependencies").path("kafka").asText()).isEqualTo("up");
        });
        await().atMost(BOUND)
                .untilAsserted(() -> assertThat(said.list.stream().map(ILoggingEvent::getFormattedMessage))
                        .anyMatch(line ->
                                line.startsWith("ALARM: sequencer stands still at partitions of chat.commands: {"
                                        + partition(behind) + "=")));
        assertThat(ann.history(behind)).hasSize(1);
    }

    private static ListAppender<ILoggingEvent> listen() {
        var appender = new ListAppender<ILoggingEvent>();
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        ((Logger) LoggerFactory.getLogger(LogConsumer.class.getPackageName())).addAppender(appender);
        return appender;
    }

    /** A group that lies in another partition. */
    private static String beside(Person ann, String other) {
        String group = ann.group("beside it");
        return partition(group) != partition(other) ? group : beside(ann, other);
    }

    private Answer ready() {
        return node.world.api().call(0, "GET", "/health/ready", null, null);
    }

    private static int partition(String conversation) {
        return Ids.partition(new ConversationId(conversation), TestNode.PARTITIONS);
    }

    /** It can be read, and no rule expects it. */
    private static byte[] foldFailsOn(String chat, Person actor) {
        return CommandCodec.encode(new Command(
                Command.RULES,
                new ConversationId(chat),
                TestNode.REGION,
                new UserId(actor.id()),
                new ClientMessageId("poison"),
                null,
                null,
                FoldLimits.DEFAULT,
                new Action.RemoveMember(null)));
    }

    /** @return its offset */
    private long append(String topic, String conversation, byte[] value)
            throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.address()), new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(topic, partition(conversation), bytes(conversation), value))
                    .get()
                    .offset();
        }
    }

    /** By the offset that they had. */
    private Map<Long, ConsumerRecord<byte[], byte[]>> letters(int count) {
        Map<Long, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.address()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_LETTERS).stream()
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().atMost(BOUND).pollDelay(Duration.ZERO).until(() -> {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(letter -> letters.put(Long.parseLong(header(letter, "offset")), letter));
                return letters.size() >= count
                        && partitions.stream().allMatch(one -> consumer.position(one) >= ends.get(one));
            });
        }
        return letters;
    }

    private static void isSetAside(
            ConsumerRecord<byte[], byte[]> letter, String topic, String conversation, byte[] value) {
        assertThat(letter).isNotNull();
        assertThat(letter.value()).isEqualTo(value);
        assertThat(letter.key()).isEqualTo(bytes(conversation));
        assertThat(header(letter, "topic")).isEqualTo(topic);
        assertThat(header(letter, "log")).endsWith("/" + partition(conversation));
        assertThat(header(letter, "reason")).isNotEmpty();
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
