package io.meridian.store;

import static io.meridian.store.TestStore.await;
import static io.meridian.store.TestStore.conversation;
import static io.meridian.store.TestStore.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.meridian.message.ConversationId;
import io.meridian.message.Ids;
import io.meridian.message.MessageId;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EventStoreIT {
    private static final long START = Seq.start(16);

    private static TestStore store;
    private static EventStore events;

    @BeforeAll
    static void open() {
        store = TestStore.open();
        events = new EventStore(store.cassandra);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void whatWasAppendedIsReadAsItWas() {
        ConversationId id = conversation();
        List<StoredEvent> written =
                List.of(message(id, START + 1, "one"), message(id, START + 2, "zwei ✓"), message(id, START + 3, ""));

        await(events.addBucket(id, Seq.bucket(START + 1), START + 1));
        await(events.append(id, written));

        assertThat(await(events.after(id, 0, 10))).isEqualTo(written);
        assertThat(await(events.at(id, START + 2))).contains(written.get(1));
        assertThat(await(events.at(id, START + 4))).isEmpty();
        assertThat(await(events.buckets(id))).containsExactly(Seq.bucket(START + 1));
    }

    @Test
    void anEmptyConversationHasNothing() {
        ConversationId id = conversation();

        assertThat(await(events.after(id, 0, 10))).isEmpty();
        assertThat(await(events.before(id, Long.MAX_VALUE, 10))).isEmpty();
        assertThat(await(events.newestAtOrBelow(id, Seq.MAX))).isEmpty();
        assertThat(await(events.buckets(id))).isEmpty();
        assertThat(await(events.snapshot(id))).isEmpty();
        assertThat(await(events.find(id, new MessageId("none"), Seq.MAX))).isEmpty();
        await(events.append(id, List.of()));
        await(events.index(id, List.of()));
    }

    @Test
    void pagesCrossBucketsBothWays() {
        ConversationId id = conversation();
        List<Long> seqs = new ArrayList<>();
        LongStream.rangeClosed(START + 1_000, START + 1_040).forEach(seqs::add);
        // The next epoch begins far above, and one bucket is listed that never got an event.
        LongStream.rangeClosed(Seq.start(32) + 1, Seq.start(32) + 5).forEach(seqs::add);
        store(id, seqs);
        await(events.addBucket(id, Seq.bucket(Seq.start(17)), Seq.start(17)));

        List<Long> upwards = new ArrayList<>();
        for (long from = 0; ; from = upwards.get(upwards.size() - 1)) {
            List<Long> page = seqs(await(events.after(id, from, 7)));
            upwards.addAll(page);
            if (page.size() < 7) {
                break;
            }
        }
        List<Long> downwards = new ArrayList<>();
        for (long from = Long.MAX_VALUE; ; from = downwards.get(0)) {
            List<Long> page = seqs(await(events.before(id, from, 7)));
            downwards.addAll(0, page);
            if (page.size() < 7) {
                break;
            }
        }

        assertThat(upwards).isEqualTo(seqs);
        assertThat(downwards).isEqualTo(seqs);
        assertThat(seqs(await(events.after(id, START + 1_020, 4))))
                .containsExactly(START + 1_021, START + 1_022, START + 1_023, START + 1_024);
        assertThat(seqs(await(events.before(id, Seq.start(32) + 1, 2)))).containsExactly(START + 1_039, START + 1_040);
        assertThat(await(events.newestAtOrBelow(id, Seq.start(32)))
                        .orElseThrow()
                        .seq())
                .isEqualTo(START + 1_040);
        assertThat(await(events.newestAtOrBelow(id, START + 1_024))
                        .orElseThrow()
                        .seq())
                .isEqualTo(START + 1_024);
        assertThat(await(events.newestAtOrBelow(id, START + 999))).isEmpty();
        assertThat(await(events.newestAtOrBelow(id, Long.MAX_VALUE))
                        .orElseThrow()
                        .seq())
                .isEqualTo(Seq.start(32) + 5);
    }

    @Test
    void rowsOfWhichOnlyATombstoneIsLeftAreSkipped() {
        ConversationId id = conversation();
        store(id, LongStream.rangeClosed(START + 1, START + 20).boxed().toList());
        for (long seq = START + 4; seq <= START + 17; seq++) {
            execute("DELETE event FROM ${keyspace}.events USING TIMESTAMP " + (START + 100)
                    + " WHERE conversation_id = '" + id + "' AND bucket = " + Seq.bucket(seq) + " AND seq = " + seq);
        }

        assertThat(seqs(await(events.after(id, START + 2, 3)))).containsExactly(START + 3, START + 18, START + 19);
        assertThat(seqs(await(events.before(id, START + 19, 2)))).containsExactly(START + 3, START + 18);
        assertThat(await(events.at(id, START + 5))).isEmpty();
    }

    @Test
    void aLateWriteNeverReplacesANewerOne() {
        ConversationId id = conversation();
        StoredEvent original = message(id, START + 1, "secret");
        store(id, List.of(START + 1));
        // What a deletion by a later event will do to the row.
        execute("UPDATE ${keyspace}.events USING TIMESTAMP " + (START + 9) + " SET event = textAsBlob('gone')"
                + " WHERE conversation_id = '" + id + "' AND bucket = " + Seq.bucket(START + 1)
                + " AND seq = " + (START + 1));

        await(events.append(id, List.of(original)));

        assertThatThrownBy(() -> await(events.at(id, START + 1)))
                .as("the bytes are the later event's, which no codec made")
                .hasStackTraceContaining("gone");
    }

    @Test
    void theNewestSnapshotStays() {
        ConversationId id = conversation();

        await(events.saveSnapshot(id, new Snapshot(START + 512, bytes("new"))));
        await(events.saveSnapshot(id, new Snapshot(START + 256, bytes("a zombie's, and longer"))));

        Snapshot stored = await(events.snapshot(id)).orElseThrow();
        assertThat(stored.seq()).isEqualTo(START + 512);
        assertThat(stored.state()).isEqualTo(bytes("new"));
    }

    @Test
    void theIndexFindsTheNewestEntryThatCounts() {
        ConversationId id = conversation();
        List<IndexEntry> entries = IntStream.range(0, 200)
                .mapToObj(i -> new IndexEntry(new MessageId("m" + i), START + 10 + i, "hash" + i, 1_000 + i))
                .toList();
        IndexEntry debris = new IndexEntry(new MessageId("m7"), START + 3, "debris", 1);
        IndexEntry later = new IndexEntry(new MessageId("m7"), START + 900, "later", 2);

        await(events.index(id, entries));
        await(events.index(id, List.of(later, debris)));

        assertThat(await(events.find(id, new MessageId("m7"), START + 100))).contains(entries.get(7));
        assertThat(await(events.find(id, new MessageId("m7"), START + 16))).contains(debris);
        assertThat(await(events.find(id, new MessageId("m7"), START + 2))).isEmpty();
        assertThat(await(events.find(id, new MessageId("m7"), Seq.MAX))).contains(later);
        assertThat(await(events.find(id, new MessageId("m199"), Seq.MAX))).contains(entries.get(199));
        assertThat(await(events.find(conversation(), new MessageId("m7"), Seq.MAX)))
                .isEmpty();
    }

    /** Entries of crashes, and of a log that is gone, whose positions were given to others. */
    @Test
    void anEntryWithoutAnEventOfItsCommandIsPassedOver() {
        ConversationId id = conversation();
        StoredEvent mine = message(id, START + 10, "mine");
        StoredEvent others = message(id, START + 20, "another's");
        MessageId command = mine.event().header().commandId();
        await(events.addBucket(id, Seq.bucket(START), START));
        await(events.append(id, List.of(mine, others)));
        await(events.index(
                id,
                List.of(
                        new IndexEntry(command, START + 10, "hash", 1),
                        new IndexEntry(command, START + 20, "hash", 2),
                        new IndexEntry(command, START + 30, "hash", 3))));

        assertThat(await(events.applied(id, command, Seq.MAX))).contains(mine);
        assertThat(await(events.applied(id, command, START + 20))).contains(mine);
        assertThat(await(events.applied(id, command, START + 9))).isEmpty();
    }

    @Test
    void aFullBatchOfTheLargestEventsIsStored() {
        ConversationId id = conversation();
        String large = "x".repeat(60_000);
        List<StoredEvent> written = LongStream.rangeClosed(START + 1, START + 100)
                .mapToObj(seq -> message(id, seq, large))
                .toList();

        await(events.append(id, written));

        assertThat(await(events.after(id, START, 1_000))).hasSize(100).isEqualTo(written);
    }

    @Test
    void eventsOfAnotherBucketOrConversationAreRefused() {
        ConversationId id = conversation();
        List<StoredEvent> across = List.of(message(id, START + 1_023, "a"), message(id, START + 1_024, "b"));

        assertThatThrownBy(() -> await(events.append(id, across))).hasMessageContaining("bucket");
        assertThatThrownBy(() -> await(events.append(conversation(), across.subList(0, 1))))
                .hasMessageContaining(id.value());
        assertThatThrownBy(() -> await(events.after(id, 0, 0))).hasMessageContaining("limit 0");
        assertThatThrownBy(() -> await(events.before(id, 9, 1_025))).hasMessageContaining("limit 1025");
    }

    @Test
    void answersComeOnTheCallersContext() {
        ConversationId id = conversation();
        var context = store.vertx.getOrCreateContext();
        var other = new EventStore(store.cassandra);

        var first = new CompletableFuture<Boolean>();
        context.runOnContext(
                go -> other.after(id, 0, 5).onComplete(done -> first.complete(Vertx.currentContext() == context)));

        assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    }

    private static void store(ConversationId id, List<Long> seqs) {
        for (long seq : seqs) {
            await(events.addBucket(id, Seq.bucket(seq), seq));
            await(events.append(id, List.of(message(id, seq, "text " + seq))));
        }
    }

    private static List<Long> seqs(List<StoredEvent> found) {
        found.forEach(event -> assertThat(event.event().header().commandId())
                .isEqualTo(Ids.message(
                        event.conversationId(),
                        event.event().header().actor(),
                        event.event().header().clientMessageId())));
        return found.stream().map(StoredEvent::seq).toList();
    }

    private static void execute(String cql) {
        await(store.cassandra.execute(SimpleStatement.newInstance(store.cassandra.named(cql))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
