package io.meridian.delivery;

import io.meridian.bus.Bus;
import io.meridian.log.AssignedLog;
import io.meridian.log.Committed;
import io.meridian.log.CrashPoint;
import io.meridian.log.DeadLetterLog;
import io.meridian.log.LogConsumer;
import io.meridian.log.LogEntry;
import io.meridian.log.LogHandler;
import io.meridian.log.LogSettings;
import io.meridian.log.NotOursException;
import io.meridian.log.Start;
import io.meridian.message.Topics;
import io.meridian.store.ConversationStore;
import io.meridian.store.InboxGeneration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From {@code chat.message_sent} to the devices' inboxes, and hints to the gateways. A partition's batches one after
 * the other, partitions side by side; what fails is repeated until it is done or the partition is another's.
 */
public final class DeliveryVerticle extends VerticleBase {
    private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryVerticle.class);
    private static final String GROUP = "delivery";
    /** An idle partition finds within this that it has to append again. */
    private static final long GENERATION_CHECK_MS = 250;
    /** Partitions that find one loss at the same time flag it once. */
    private static final Duration FLAG_COVERS = Duration.ofSeconds(10);

    private final LogSettings log;
    private final Inbox inbox;
    private final ConversationStore conversations;
    private final Bus bus;
    private final DeliverySettings settings;
    private final InstantSource clock;
    private final Map<AssignedLog, PartitionDelivery> partitions = new HashMap<>();
    private PartitionDelivery.Shared shared;
    private volatile LogConsumer consumer;
    private DeadLetterLog deadLetters;
    private Future<InboxGeneration> flagging;

    public DeliveryVerticle(
            LogSettings log,
            Inbox inbox,
            ConversationStore conversations,
            Bus bus,
            DeliverySettings settings,
            InstantSource clock) {
        this.log = log;
        this.inbox = inbox;
        this.conversations = conversations;
        this.bus = bus;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        EventFeed feed = new EventFeed(bus, settings.feed(), clock);
        shared = new PartitionDelivery.Shared(
                vertx,
                inbox.link(),
                new RecipientStore(conversations, settings.cachedMembers()),
                new AppendSender(inbox),
                new HintSender(bus, settings.hintTimeout()),
                feed,
                new UnreadableEvents(
                        (topic, log, entry, why) -> deadLetters().append(topic, log, entry, why),
                        () -> flagAllIncomplete().mapEmpty()),
                settings,
                clock);
        consumer = LogConsumer.start(context, log, GROUP, Topics.MESSAGE_SENT, new Handler(), clock);
        vertx.setPeriodic(
                GENERATION_CHECK_MS,
                check -> List.copyOf(partitions.values()).forEach(PartitionDelivery::checkGeneration));
        return feed.start();
    }

    @Override
    public Future<?> stop() {
        Future<Void> stopped = consumer == null ? Future.succeededFuture() : consumer.stop();
        return deadLetters == null ? stopped : stopped.transform(ended -> deadLetters.close());
    }

    /** Opened when it is first needed, which may be never. */
    private DeadLetterLog deadLetters() {
        if (deadLetters == null) {
            deadLetters = DeadLetterLog.open(vertx, log);
        }
        return deadLetters;
    }

    /** How long each partition that does not move has stood still although something waits. */
    public Map<Integer, Duration> standstill() {
        LogConsumer running = consumer;
        return running == null ? Map.of() : running.standstill();
    }

    private final class Handler implements LogHandler {
        @Override
        public Future<Start> open(AssignedLog assigned, Optional<Committed> committed, long begin, long end) {
            // whoever was at it before must not go on beside the new one
            close(assigned);
            return inbox.link().generation().compose(generation -> {
                var start = StartDecision.of(assigned.log(), committed, begin, end, generation.generation());
                return flagged(assigned, start, committed, generation).map(current -> {
                    close(assigned);
                    if (!assigned.ours()) {
                        // closed meanwhile, and nobody will close it again
                        throw new NotOursException(assigned);
                    }
                    partitions.put(assigned, new PartitionDelivery(shared, assigned, current, start));
                    return new Start(start.offset());
                });
            });
        }

        @Override
        public Future<Void> process(AssignedLog assigned, List<LogEntry> batch) {
            PartitionDelivery partition = partitions.get(assigned);
            return partition == null ? Promise.<Void>promise().future() : partition.process(batch);
        }

        @Override
        public Future<String> beforeCommit(AssignedLog assigned, long offset) {
            PartitionDelivery partition = partitions.get(assigned);
            if (partition != null && partition.advanced(offset)) {
                CrashPoint.DELIVERY_BEFORE_COMMIT.reached();
            }
            return partition == null
                    ? Future.failedFuture("not open any more")
                    : Future.succeededFuture(partition.position(offset).encode());
        }

        @Override
        public void close(AssignedLog assigned) {
            PartitionDelivery partition = partitions.remove(assigned);
            if (partition != null) {
                partition.close();
            }
        }
    }

    /** Where events may never have reached the inboxes, every device is incomplete before the partition goes on. */
    private Future<InboxGeneration> flagged(
            AssignedLog assigned, StartDecision start, Optional<Committed> committed, InboxGeneration generation) {
        if (start.loss().isEmpty()) {
            return Future.succeededFuture(generation);
        }
        LOGGER.error(
                "ALARM: every device is flagged incomplete, {} starts at {}: {}",
                assigned.log(),
                start.offset(),
                start.loss().get());
        long known = committed
                .flatMap(position -> DeliveryPosition.decode(position.metadata()))
                .map(DeliveryPosition::generation)
                .orElse(0L);
        boolean covered = known < generation.incompleteBelow()
                && clock.millis() - generation.incompleteBelow() < FLAG_COVERS.toMillis();
        return covered ? Future.succeededFuture(generation) : flagAllIncomplete();
    }

    /** Those who find a loss at the same time flag it once. */
    private Future<InboxGeneration> flagAllIncomplete() {
        if (flagging == null) {
            flagging = inbox.link().flagAllIncomplete();
            flagging.onComplete(done -> flagging = null);
        }
        return flagging;
    }
}
