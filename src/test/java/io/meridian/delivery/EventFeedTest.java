package io.meridian.delivery;

import static io.meridian.delivery.Samples.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.message.ConversationId;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What services hear, over the bus of one node. */
class EventFeedTest {
    private static final ConversationId ROOM = new ConversationId("room");

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH.plusSeconds(10));
    private final List<JsonObject> heard = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        vertx.eventBus().<JsonObject>consumer(Addresses.EVENTS.name(), event -> heard.add(event.body()));
    }

    @AfterEach
    void close() {
        TestInboxes.await(vertx.close());
    }

    private EventFeed feed(FeedLevel level) {
        EventFeed feed = new EventFeed(bus, level, now::get);
        TestInboxes.await(feed.start());
        return feed;
    }

    private static SentEvent event(long seq, String text) {
        return Samples.sent(Samples.message(ROOM, seq, user("ann"), text, Samples.Way.write(1)));
    }

    private void awaitHeard(int count) {
        await().until(() -> heard.size() >= count);
        assertThat(heard).hasSize(count);
    }

    @Test
    void aHeadSaysHowFarAConversationHasComeAndNobodysWords() {
        feed(FeedLevel.HEADS).tell(List.of(event(7, "between us")));
        awaitHeard(1);
        assertThat(heard.get(0))
                .isEqualTo(new JsonObject()
                        .put("eventType", "message_created")
                        .put("conversationId", "room")
                        .put("seq", 7L)
                        .put("prevSeq", 6L)
                        .put("ordinal", 7L));
    }

    @Test
    void theWholeEventIsAsItWasStored() {
        SentEvent event = event(7, "for all to read");
        feed(FeedLevel.FULL).tell(List.of(event));
        awaitHeard(1);
        assertThat(heard.get(0)).isEqualTo(new JsonObject(io.vertx.core.buffer.Buffer.buffer(event.json())));
    }

    @Test
    void offIsOff() {
        feed(FeedLevel.OFF).tell(List.of(event(1, "x")));
        feed(FeedLevel.HEADS).tell(List.of(event(2, "y")));
        awaitHeard(1);
        assertThat(heard.get(0).getLong("seq")).isEqualTo(2);
    }

    @Test
    void aSecondHasItsBoundAndTheNextBeginsAnew() {
        EventFeed feed = feed(FeedLevel.HEADS);
        int affordable = (2 << 20) / 256;
        feed.tell(LongStream.rangeClosed(1, affordable + 500)
                .mapToObj(seq -> event(seq, "x"))
                .toList());
        awaitHeard(affordable);
        now.set(now.get().plusSeconds(1));
        feed.tell(List.of(event(20_000, "x")));
        awaitHeard(affordable + 1);
        assertThat(heard.get(affordable).getLong("seq")).isEqualTo(20_000);
    }
}
