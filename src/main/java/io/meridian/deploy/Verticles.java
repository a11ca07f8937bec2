package io.meridian.deploy;

import io.meridian.auth.Auth;
import io.meridian.delivery.DeliverySettings;
import io.meridian.delivery.DeliveryVerticle;
import io.meridian.gateway.Drain;
import io.meridian.gateway.GatewayResources;
import io.meridian.gateway.GatewayVerticle;
import io.meridian.gateway.Protection;
import io.meridian.receipt.ReceiptVerticle;
import io.meridian.sequencer.SequencerStores;
import io.meridian.sequencer.SequencerVerticle;
import io.meridian.service.ServiceResources;
import io.meridian.service.ServiceVerticle;
import io.meridian.store.Cassandra;
import io.meridian.store.CheckpointStore;
import io.meridian.store.ConversationStore;
import io.meridian.store.DeviceStore;
import io.meridian.store.EventStore;
import io.meridian.store.ProjectionStore;
import io.meridian.store.UserStore;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Makes the verticles that {@code verticles.json} names. */
final class Verticles {
    static final String GATEWAY = "gateway";
    static final String SERVICE = "service";

    private static final Map<String, Factory> FACTORIES = Map.of(
            "sequencer",
            (verticles, instance) -> verticles.sequencer(),
            "delivery",
            (verticles, instance) -> verticles.delivery(),
            "receipt",
            (verticles, instance) -> verticles.receipt(),
            SERVICE,
            Verticles::service,
            GATEWAY,
            Verticles::gateway);

    /** What {@code verticles.json} may name. */
    static final Set<String> NAMES = FACTORIES.keySet();

    /** {@code instance}: 0 for the first of a kind. */
    private interface Factory {
        Deployable make(Verticles verticles, int instance);
    }

    private final Resources resources;
    private final Configuration configuration;
    private final Clock clock;
    private final Optional<Auth> auth;
    private final Protection protection;
    private final Map<String, Supplier<Future<Boolean>>> dependencies = new LinkedHashMap<>();

    Verticles(Resources resources, Configuration configuration, Clock clock, Optional<Auth> auth) {
        this.resources = resources;
        this.configuration = configuration;
        this.clock = clock;
        this.auth = auth;
        this.protection = new Protection(configuration.protection(), System::nanoTime);
        dependencies.put("cassandra", resources.cassandra()::healthy);
        dependencies.put("kafka", resources.commandLog()::healthy);
        dependencies.put("redis", () -> Future.succeededFuture(resources.redis().up()));
    }

    /** How the node's clients are sent elsewhere. */
    Drain drain() {
        return protection.drain();
    }

    /** {@code name}: one of {@link #NAMES}; the table refused every other. */
    Deployable make(String name, int instance) {
        return FACTORIES.get(name).make(this, instance);
    }

    private Deployable sequencer() {
        Cassandra cassandra = resources.cassandra();
        var stores = new SequencerStores(
                new EventStore(cassandra),
                new ProjectionStore(cassandra),
                new CheckpointStore(cassandra),
                resources.eventLog(),
                resources.deadLetters());
        var sequencer = new SequencerVerticle(configuration.kafka(), stores, resources.bus(), clock);
        moves("sequencer", () -> sequencer.standstill().isEmpty());
        return sequencer;
    }

    private Deployable delivery() {
        var delivery = new DeliveryVerticle(
                configuration.kafka(),
                resources.inbox(),
                new ConversationStore(resources.cassandra()),
                resources.bus(),
                DeliverySettings.DEFAULTS.with(configuration.feed()),
                clock);
        moves("delivery", () -> delivery.standstill().isEmpty());
        return delivery;
    }

    /** All instances of a verticle must. */
    private void moves(String verticle, BooleanSupplier one) {
        dependencies.merge(
                verticle,
                () -> Future.succeededFuture(one.getAsBoolean()),
                (others, its) -> () -> others.get().compose(move -> move ? its.get() : Future.succeededFuture(false)));
    }

    private Deployable receipt() {
        return new ReceiptVerticle(
                resources.bus(),
                new ConversationStore(resources.cassandra()),
                new EventStore(resources.cassandra()),
                clock);
    }

    private Deployable service(int instance) {
        var shared = new ServiceResources(
                configuration.services(),
                resources.bus(),
                auth.orElseThrow().authenticator(),
                resources.commandLog(),
                new EventStore(resources.cassandra()),
                new ConversationStore(resources.cassandra()),
                new UserStore(resources.cassandra()),
                protection.rates(),
                clock,
                UnguessableIds::next);
        return new ServiceVerticle(shared, instance);
    }

    private Deployable gateway(int instance) {
        var shared = new GatewayResources(
                configuration.gateway(),
                resources.bus(),
                auth.orElseThrow(),
                resources.commandLog(),
                resources.inbox(),
                new EventStore(resources.cassandra()),
                new ConversationStore(resources.cassandra()),
                new UserStore(resources.cassandra()),
                new DeviceStore(resources.cassandra()),
                dependencies,
                clock,
                UnguessableIds::next,
                protection);
        return new GatewayVerticle(shared, instance);
    }
}
