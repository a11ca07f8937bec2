package io.meridian.store;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Event;
import io.meridian.message.EventMeta;
import io.meridian.message.Fanout;
import io.meridian.message.Ids;
import io.meridian.message.MessageType;
import io.meridian.message.RegionId;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import io.meridian.testing.Engines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A session with a keyspace of its own in the shared Cassandra, and values to put there. */
final class TestStore implements AutoCloseable {
    static final RegionId REGION = new RegionId(Engines.REGION);
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private static final Duration BOUND = Duration.ofSeconds(60);

    final Vertx vertx = Vertx.vertx();
    final StoreSettings settings;
    final Cassandra cassandra;

    private TestStore(StoreSettings settings) {
        this.settings = settings;
        cassandra = await(Cassandra.open(vertx, settings));
    }

    /** With its tables. */
    static TestStore open() {
        TestStore store = new TestStore(settings(Engines.cassandra().contactPoint(), unique("it_")));
        await(store.cassandra.migrate());
        return store;
    }

    static TestStore withoutTables(StoreSettings settings) {
        return new TestStore(settings);
    }

    static StoreSettings settings(String contactPoint, String keyspace) {
        return new StoreSettings(
                List.of(contactPoint), Engines.REGION, keyspace, Map.of(Engines.REGION, 1), Duration.ofSeconds(5));
    }

    @Override
    public void close() {
        await(cassandra.close());
        await(vertx.close());
    }

    static String unique(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }

    static ConversationId conversation() {
        return new ConversationId(unique(""));
    }

    static UserId user() {
        return new UserId(unique(""));
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("nothing came within " + BOUND, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A user's message at {@code seq}. */
    static StoredEvent message(ConversationId conversation, long seq, String content) {
        UserId sender = new UserId("sender");
        ClientMessageId client = new ClientMessageId("c" + seq);
        Event.Header header = new Event.Header(
                conversation,
                seq,
                seq - 1,
                seq,
                Ids.message(conversation, sender, client),
                client,
                sender,
                NOW,
                REGION);
        EventMeta meta = new EventMeta(
                "log/0", seq, NOW.toEpochMilli(), "hash", 1, ConversationType.GROUP, Fanout.WRITE, false, null);
        return StoredEvent.of(
                new Event.MessageCreated(
                        header, new Action.Send(MessageType.TEXT, content, List.of(), null, List.of())),
                meta);
    }
}
