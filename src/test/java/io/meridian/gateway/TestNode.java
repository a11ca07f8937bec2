package io.meridian.gateway;

import io.meridian.auth.Auth;
import io.meridian.auth.AuthSettings;
import io.meridian.auth.Keys;
import io.meridian.auth.OutsideIssuer;
import io.meridian.bus.Bus;
import io.meridian.delivery.DeliverySettings;
import io.meridian.delivery.DeliveryVerticle;
import io.meridian.delivery.Inbox;
import io.meridian.delivery.InboxSettings;
import io.meridian.delivery.RedisLink;
import io.meridian.delivery.RedisSettings;
import io.meridian.launch.LocalEngine;
import io.meridian.limits.ClientAddresses;
import io.meridian.limits.LimitSettings;
import io.meridian.log.CommandLog;
import io.meridian.log.DeadLetterLog;
import io.meridian.log.EventLog;
import io.meridian.log.LogProvisioning;
import io.meridian.log.LogSettings;
import io.meridian.message.ConversationId;
import io.meridian.message.Fanout;
import io.meridian.message.FoldLimits;
import io.meridian.message.Ownership;
import io.meridian.message.RegionId;
import io.meridian.message.Seq;
import io.meridian.receipt.ReceiptVerticle;
import io.meridian.sequencer.SequencerStores;
import io.meridian.sequencer.SequencerVerticle;
import io.meridian.service.ServiceResources;
import io.meridian.service.ServiceSettings;
import io.meridian.service.ServiceVerticle;
import io.meridian.store.Cassandra;
import io.meridian.store.CheckpointStore;
import io.meridian.store.ConversationStore;
import io.meridian.store.DeviceStore;
import io.meridian.store.EventStore;
import io.meridian.store.GenerationStore;
import io.meridian.store.Projection;
import io.meridian.store.ProjectionStore;
import io.meridian.store.StoreSettings;
import io.meridian.store.TokenStore;
import io.meridian.store.UserStore;
import io.meridian.testing.ClientTiming;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Engines;
import io.meridian.testing.Seeds;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** One node in this process, on real engines: its gateway is what is tested, the rest is there to be talked to. */
final class TestNode implements AutoCloseable {
    static final RegionId REGION = new RegionId(Engines.REGION);
    static final GatewaySettings CONTRACT = GatewaySettings.of("127.0.0.1", 0, REGION, "test-node");
    static final ProtectionSettings UNLIMITED =
            new ProtectionSettings(LimitSettings.off(), new ClientAddresses(List.of()), DrainSettings.DEFAULTS);
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Duration BOUND = Duration.ofSeconds(60);
    static final int PARTITIONS = 2;

    final Vertx vertx = Vertx.vertx();
    final Bus bus = Bus.on(vertx);
    final Inbox inbox;
    final Auth auth;
    final ClientWorld world;
    private final Cassandra cassandra;
    private final LogSettings log;
    private final CommandLog commandLog;
    private final RedisLink redis;
    final Protection protection;
    private final GatewayVerticle gateway;
    private String sequencer;
    private String receipt;
    private volatile SequencerVerticle ordering;
    /** How far the clock that says when a partition stands still is ahead. */
    private volatile Duration ahead = Duration.ZERO;

    /** {@code kafka}: bootstrap servers of a Kafka that no other test uses. */
    TestNode(String kafka, String redisUrl, GatewaySettings settings, Path directory, List<OutsideIssuer> issuers) {
        this(kafka, redisUrl, settings, directory, issuers, UNLIMITED);
    }

    TestNode(
            String kafka,
            String redisUrl,
            GatewaySettings settings,
            Path directory,
            List<OutsideIssuer> issuers,
            ProtectionSettings limits) {
        this(kafka, redisUrl, Engines.cassandra().contactPoint(), settings, directory, issuers, limits);
    }

    private TestNode(
            String kafka,
            String redisUrl,
            String contactPoint,
            GatewaySettings settings,
            Path directory,
            List<OutsideIssuer> issuers,
            ProtectionSettings limits) {
        protection = new Protection(limits, System::nanoTime);
        log = new LogSettings(kafka, PARTITIONS, (short) 1, 1, Duration.ofSeconds(5));
        commandLog = CommandLog.open(vertx, log);
        await(new LogProvisioning(vertx, log).run(commandLog, new Ownership(REGION, Seq.epochOf(1, 0), REGION)));
        cassandra = await(Cassandra.open(
                vertx,
                new StoreSettings(
                        List.of(contactPoint),
                        Engines.REGION,
                        "gateway_" + Long.toString(System.nanoTime(), Character.MAX_RADIX),
                        Map.of(Engines.REGION, 1),
                        Duration.ofSeconds(5))));
        await(cassandra.migrate());
        redis = RedisLink.open(
                vertx,
                RedisSettings.single(redisUrl, Duration.ofSeconds(2)),
                new GenerationStore(cassandra),
                REGION,
                CLOCK);
        Awaitility.await().atMost(BOUND).until(redis::up);
        inbox = new Inbox(redis, InboxSettings.DEFAULTS, CLOCK, TestNode::id);
        auth = await(Auth.open(
                vertx,
                auth(directory, issuers),
                REGION,
                new UserStore(cassandra),
                new TokenStore(cassandra),
                new SecureRandom(),
                CLOCK));
        gateway = new GatewayVerticle(resources(settings), 0);
        deploy(gateway);
        startReceipt();
        deploy(new DeliveryVerticle(
                log, inbox, new ConversationStore(cassandra), bus, DeliverySettings.DEFAULTS, CLOCK));
        world = new ClientWorld(List.of(url()), ClientTiming.DEFAULT, Seeds.next());
    }

    /** On a Cassandra of the test's own, too. */
    static TestNode on(LocalEngine kafka, LocalEngine cassandra, GatewaySettings settings, Path directory) {
        return new TestNode(
                kafka.address(), Engines.redis(), cassandra.address(), settings, directory, List.of(), UNLIMITED);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + gateway.port());
    }

    private GatewayResources resources(GatewaySettings settings) {
        return new GatewayResources(
                settings,
                bus,
                auth,
                commandLog,
                inbox,
                new EventStore(cassandra),
                new ConversationStore(cassandra),
                new UserStore(cassandra),
                new DeviceStore(cassandra),
                Map.of(
                        "cassandra",
                        cassandra::healthy,
                        "kafka",
                        commandLog::healthy,
                        "redis",
                        () -> Future.succeededFuture(redis.up()),
                        "sequencer",
                        () -> Future.succeededFuture(
                                ordering == null || ordering.standstill().isEmpty())),
                CLOCK,
                TestNode::id,
                protection);
    }

    private static AuthSettings auth(Path directory, List<OutsideIssuer> issuers) {
        try {
            Path key = directory.resolve("signing-key.json");
            Files.writeString(key, Keys.signing().toJSONString());
            AuthSettings defaults = AuthSettings.of(key);
            return new AuthSettings(
                    key,
                    defaults.issuer(),
                    defaults.audience(),
                    defaults.accessTokenLife(),
                    defaults.refreshTokenLife(),
                    2,
                    AuthSettings.HASH_QUEUE,
                    issuers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The limits of a test that needs small ones. */
    static GatewaySettings settings(
            Duration heartbeat, Duration deadAfter, Duration acceptedAfter, Duration reappendAfter) {
        return new GatewaySettings(
                "127.0.0.1",
                0,
                REGION,
                "test-node",
                FoldLimits.DEFAULT,
                Duration.ofSeconds(1),
                heartbeat,
                deadAfter,
                acceptedAfter,
                reappendAfter);
    }

    /** The contract's, on a machine whose slowness is not to decide: for helloes, outcomes and silence there is time. */
    static GatewaySettings patient(Duration deadAfter) {
        return new GatewaySettings(
                CONTRACT.host(),
                CONTRACT.port(),
                CONTRACT.region(),
                CONTRACT.node(),
                CONTRACT.foldLimits(),
                Duration.ofMinutes(2),
                CONTRACT.heartbeat(),
                deadAfter,
                Duration.ofMinutes(2),
                Duration.ofMinutes(2));
    }

    /** What each session holds. */
    List<SessionGauge> gauges() {
        return await(gateway.gauges());
    }

    /** Until then commands are durable and nobody orders them. */
    TestNode startSequencer() {
        ordering = new SequencerVerticle(
                log,
                new SequencerStores(
                        new EventStore(cassandra),
                        new ProjectionStore(cassandra),
                        new CheckpointStore(cassandra),
                        EventLog.open(vertx, log),
                        DeadLetterLog.open(vertx, log)),
                bus,
                () -> CLOCK.instant().plus(ahead));
        sequencer = deploy(ordering);
        return this;
    }

    /** What answers the programs on the bus, by the node's own limits. */
    TestNode startServices() {
        deploy(new ServiceVerticle(
                new ServiceResources(
                        new ServiceSettings(CONTRACT.node(), 1_000, CONTRACT.commands()),
                        bus,
                        auth.authenticator(),
                        commandLog,
                        new EventStore(cassandra),
                        new ConversationStore(cassandra),
                        new UserStore(cassandra),
                        protection.rates(),
                        CLOCK,
                        TestNode::id),
                0));
        return this;
    }

    /** The sequencer thinks that so much time has passed. */
    void passes(Duration time) {
        ahead = ahead.plus(time);
    }

    /** A conversation has moved on, and nobody says so. */
    void movesSilently(String conversation, long lastSeq, long lastOrdinal) {
        await(new ProjectionStore(cassandra)
                .apply(List.of(new Projection.Head(
                        new ConversationId(conversation), Fanout.READ, lastSeq, lastOrdinal, new byte[0]))));
    }

    void startReceipt() {
        receipt = deploy(new ReceiptVerticle(bus, new ConversationStore(cassandra), new EventStore(cassandra), CLOCK));
    }

    void stopReceipt() {
        await(vertx.undeploy(receipt));
    }

    void stopSequencer() {
        await(vertx.undeploy(sequencer));
    }

    private String deploy(Deployable verticle) {
        return await(vertx.deployVerticle(verticle));
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        world.close();
        await(vertx.close());
    }
}
