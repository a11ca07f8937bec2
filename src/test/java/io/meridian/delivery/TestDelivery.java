package io.meridian.delivery;

import static io.meridian.delivery.TestInboxes.await;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.HeadMoved;
import io.meridian.bus.Hint;
import io.meridian.bus.HintTaken;
import io.meridian.bus.SessionNotice;
import io.meridian.log.CommandLog;
import io.meridian.log.EventLog;
import io.meridian.log.LogProvisioning;
import io.meridian.log.LogSettings;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.DeviceId;
import io.meridian.message.Event;
import io.meridian.message.Fanout;
import io.meridian.message.Ids;
import io.meridian.message.Ownership;
import io.meridian.message.Role;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.message.Topics;
import io.meridian.message.UserId;
import io.meridian.store.ConversationStore;
import io.meridian.store.Projection;
import io.meridian.store.ProjectionStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Delivery from the event log to inboxes on real engines; plays the sequencer in front and a gateway behind. */
final class TestDelivery implements AutoCloseable {
    static final String GATEWAY = "test-node/0";
    /** Two partitions: conversations that share one, and conversations that don't. */
    private static final int PARTITIONS = 2;

    final TestInboxes inboxes;
    final LogSettings log;
    final List<Hint> hints = new CopyOnWriteArrayList<>();
    final List<HeadMoved> heads = new CopyOnWriteArrayList<>();
    final List<SessionNotice> notices = new CopyOnWriteArrayList<>();
    private final CommandLog commands;
    private final EventLog events;
    private final ProjectionStore projections;
    private final Bus bus;
    private String deployment;

    /** A conversation with fan-out on write in the making; counts its positions as the sequencer does. */
    final class Room {
        final ConversationId id = new ConversationId(Samples.unique(""));
        final List<StoredEvent> history = new ArrayList<>();
        private Fanout fanout = Fanout.WRITE;
        private long seq;
        private long membersSeq;

        long next() {
            return ++seq;
        }

        Room fanout(Fanout way) {
            fanout = way;
            return this;
        }

        Samples.Way way() {
            return new Samples.Way(membersSeq, fanout, false, null);
        }

        Samples.Way changed(long at) {
            membersSeq = at;
            return way();
        }

        Room create(UserId... members) {
            long at = next();
            publish(Samples.created(id, at, ConversationType.GROUP, changed(at), members));
            return this;
        }

        StoredEvent send(UserId actor, String text) {
            return send(actor, text, null);
        }

        StoredEvent send(UserId actor, String text, DeviceId from) {
            StoredEvent event = Samples.message(id, next(), actor, text, way().from(from));
            publish(event);
            return event;
        }

        StoredEvent add(UserId actor, UserId user) {
            long at = next();
            StoredEvent event = Samples.added(id, at, actor, user, changed(at));
            publish(event);
            return event;
        }

        /** The member too many: from this event on the room is announced only. */
        StoredEvent turnToRead(UserId actor, UserId user) {
            long at = next();
            fanout = Fanout.READ;
            changed(at);
            StoredEvent event = Samples.added(id, at, actor, user, new Samples.Way(at, fanout, true, null));
            publish(event);
            return event;
        }

        StoredEvent remove(UserId actor, UserId user) {
            long at = next();
            StoredEvent event = Samples.removed(id, at, actor, user, changed(at));
            publish(event);
            return event;
        }

        /** A record as none of ours is, in the room's place of the log. */
        void publishRaw(byte[] value, byte[] meta) {
            Map<String, Object> settings = Map.of("bootstrap.servers", log.bootstrapServers(), "acks", "all");
            try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                var record = new ProducerRecord<byte[], byte[]>(
                        Topics.MESSAGE_SENT, Ids.partition(id, PARTITIONS), new byte[0], value);
                record.headers().add(EventLog.META, meta);
                producer.send(record).get();
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }

        /** What is sent meanwhile is not expected to arrive. */
        void unseen(Runnable sends) {
            List<StoredEvent> expected = List.copyOf(history);
            sends.run();
            history.retainAll(expected);
        }

        private void publish(StoredEvent event) {
            history.add(event);
            await(projections.apply(projected(event)).compose(done -> events.publish(List.of(event))));
        }
    }

    TestDelivery(String kafka, String redisUrl, InboxSettings settings) {
        inboxes = new TestInboxes(redisUrl, settings);
        log = new LogSettings(kafka, PARTITIONS, (short) 1, 1, Duration.ofSeconds(5));
        commands = CommandLog.open(inboxes.vertx, log);
        await(new LogProvisioning(inboxes.vertx, log)
                .run(commands, new Ownership(Samples.REGION, Seq.epochOf(1, 0), Samples.REGION)));
        events = EventLog.open(inboxes.vertx, log);
        projections = new ProjectionStore(inboxes.cassandra);
        bus = Bus.on(inboxes.vertx);
        bus.answer(Addresses.hints(GATEWAY), hint -> {
            hints.add(hint);
            return Future.succeededFuture(new HintTaken());
        });
        bus.listen(Addresses.HEADS, heads::add);
        bus.listen(Addresses.sessions(GATEWAY), notices::add);
        deploy();
    }

    void deploy() {
        deployment = await(inboxes.vertx.deployVerticle(new DeliveryVerticle(
                log,
                inboxes.inbox,
                new ConversationStore(inboxes.cassandra),
                bus,
                new DeliverySettings(Duration.ofSeconds(5), Duration.ofMillis(500), 10_000, FeedLevel.HEADS),
                InstantSource.system())));
    }

    void undeploy() {
        await(inboxes.vertx.undeploy(deployment));
        deployment = null;
    }

    Room room() {
        return new Room();
    }

    static SessionRef session(UserId user, DeviceId device) {
        return new SessionRef(GATEWAY, user + "." + device);
    }

    /** Every hinted entry of a device, in the order in which the hints came. */
    List<Map.Entry<DeliveryId, byte[]>> hinted(UserId user, DeviceId device) {
        List<Map.Entry<DeliveryId, byte[]>> entries = new ArrayList<>();
        for (Hint hint : hints) {
            for (Hint.Target target : hint.targets()) {
                if (target.userId().equals(user) && target.deviceId().equals(device)) {
                    entries.add(Map.entry(
                            new DeliveryId(target.generation(), target.entry()),
                            hint.payloads().get(target.payload()).json()));
                }
            }
        }
        return entries;
    }

    /** What a device holds after dropping what it has already: the events of a room, first occurrences in order. */
    List<StoredEvent> received(UserId user, DeviceId device, Room room) {
        Map<String, StoredEvent> known = new HashMap<>();
        room.history.forEach(
                event -> known.put(new String(event.json(), java.nio.charset.StandardCharsets.UTF_8), event));
        return inboxes.read(user, device).stream()
                .map(entry -> known.get(TestInboxes.text(entry)))
                .filter(java.util.Objects::nonNull)
                .distinct()
                .toList();
    }

    private static List<Projection> projected(StoredEvent stored) {
        Event event = stored.event();
        long seq = stored.seq();
        ConversationId room = stored.conversationId();
        List<Projection> all = new ArrayList<>();
        if (event instanceof Event.ConversationCreated created) {
            created.members().forEach(member -> all.add(joined(stored, member.userId(), member.role())));
        } else if (event instanceof Event.MemberAdded added) {
            all.add(joined(stored, added.user(), added.role()));
        } else if (event instanceof Event.MemberRemoved removed) {
            all.add(new Projection.Left(room, removed.user(), seq));
        }
        return all;
    }

    private static Projection joined(StoredEvent stored, UserId user, Role role) {
        return new Projection.Joined(
                stored.conversationId(),
                ConversationType.GROUP,
                stored.meta().fanout(),
                user,
                role,
                stored.seq(),
                stored.event().header().ordinal());
    }

    @Override
    public void close() {
        if (deployment != null) {
            undeploy();
        }
        await(events.close());
        await(commands.close());
        inboxes.close();
    }
}
