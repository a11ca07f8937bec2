package io.meridian.deploy;

import io.meridian.bus.Bus;
import io.meridian.delivery.Inbox;
import io.meridian.delivery.RedisLink;
import io.meridian.log.CommandLog;
import io.meridian.log.DeadLetterLog;
import io.meridian.log.EventLog;
import io.meridian.log.LogProvisioning;
import io.meridian.message.Ownership;
import io.meridian.message.Seq;
import io.meridian.store.Cassandra;
import io.meridian.store.GenerationStore;
import io.meridian.store.RegionStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/** What a node's verticles share: connections to the engines, opened in order and closed in reverse. */
record Resources(
        Vertx vertx,
        Bus bus,
        Cassandra cassandra,
        CommandLog commandLog,
        EventLog eventLog,
        DeadLetterLog deadLetters,
        RedisLink redis,
        Inbox inbox) {
    /** An owner's first epoch is that of k = 1; 0 is left for "none". */
    private static final int FIRST_OWNERSHIP = 1;

    /** Opens everything, makes schema and topics where they are missing, and registers the region. */
    static Future<Resources> open(Vertx vertx, Configuration configuration, Clock clock) {
        CommandLog commandLog = CommandLog.open(vertx, configuration.kafka());
        Future<Void> logs = provisionLogs(vertx, configuration, commandLog);
        Future<Cassandra> store = Cassandra.open(vertx, configuration.cassandra())
                .compose(cassandra -> cassandra
                        .migrate()
                        .compose(done -> new RegionStore(cassandra)
                                .register(configuration.region(), configuration.regionIndex()))
                        .map(cassandra));
        return Future.all(logs, store).map(ready -> {
            Cassandra cassandra = store.result();
            RedisLink redis = RedisLink.open(
                    vertx, configuration.redis(), new GenerationStore(cassandra), configuration.region(), clock);
            return new Resources(
                    vertx,
                    Bus.on(vertx),
                    cassandra,
                    commandLog,
                    EventLog.open(vertx, configuration.kafka()),
                    DeadLetterLog.open(vertx, configuration.kafka()),
                    redis,
                    new Inbox(
                            redis,
                            configuration.inbox(),
                            clock,
                            () -> UUID.randomUUID().toString()));
        });
    }

    private static Future<Void> provisionLogs(Vertx vertx, Configuration configuration, CommandLog commandLog) {
        long epoch = Seq.epochOf(FIRST_OWNERSHIP, configuration.regionIndex());
        return new LogProvisioning(vertx, configuration.kafka())
                .run(commandLog, new Ownership(configuration.region(), epoch, configuration.region()));
    }

    Future<Void> close() {
        return Future.join(List.of(redis.close(), eventLog.close(), deadLetters.close(), commandLog.close()))
                .transform(ignored -> cassandra.close())
                .transform(ignored -> vertx.close());
    }
}
