package io.meridian.delivery;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.message.Json;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the region's services what happened, once it is in the inboxes. Hints: what is lost or shed here a service reads from
 * history, to which {@code prevSeq} leads it. What delivery does again is told again. On one Vert.x context.
 */
final class EventFeed {
    private static final Logger LOGGER = LoggerFactory.getLogger(EventFeed.class);
    /**
     * Nobody answers what is published, so nothing holds it back: for a listener that stands still it piles up here, until
     * the bus gives that one up after 40 s. So no more than 80 MiB can. 2 MiB are 3,000 events of an ordinary size.
     */
    private static final long BYTES_PER_SECOND = 2L << 20;
    /** A head with its address and names; ids have at most 64 characters. */
    private static final int HEAD_BYTES = 256;

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Bus bus;
    private final FeedLevel level;
    private final InstantSource clock;
    private long second;
    private long spentBytes;
    private long shed;

    EventFeed(Bus bus, FeedLevel level, InstantSource clock) {
        this.bus = bus;
        this.level = level;
        this.clock = clock;
    }

    /** To be called before the first event. */
    Future<Void> start() {
        return level == FeedLevel.OFF
                ? Future.succeededFuture()
                : bus.remember(Addresses.EVENTS).ready();
    }

    void tell(List<SentEvent> events) {
        if (level != FeedLevel.OFF) {
            events.forEach(this::tell);
        }
    }

    private void tell(SentEvent event) {
        if (!affords(level == FeedLevel.FULL ? HEAD_BYTES + event.json().length : HEAD_BYTES)) {
            shed++;
            return;
        }
        bus.publish(Addresses.EVENTS, level == FeedLevel.FULL ? whole(event) : head(event));
    }

    private boolean affords(int bytes) {
        long now = clock.millis() / 1_000;
        if (now != second) {
            if (shed > 0) {
                LOGGER.warn("{} events of a second were not told to services: more than the bus is given", shed);
            }
            second = now;
            spentBytes = 0;
            shed = 0;
        }
        spentBytes += bytes;
        return spentBytes <= BYTES_PER_SECOND;
    }

    private static Map<String, Object> head(SentEvent event) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("eventType", event.eventType());
        head.put("conversationId", event.conversationId().value());
        head.put("seq", event.seq());
        head.put("prevSeq", event.prevSeq());
        head.put("ordinal", event.ordinal());
        return head;
    }

    /** The event is JSON that we made: its head was read from it. */
    private static Map<String, Object> whole(SentEvent event) {
        try {
            return Json.MAPPER.readValue(event.json(), OBJECT);
        } catch (IOException e) {
            return head(event);
        }
    }
}
