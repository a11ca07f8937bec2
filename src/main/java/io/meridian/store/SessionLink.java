package io.meridian.store;

import static com.datastax.oss.driver.api.core.config.DefaultDriverOption.*;

import com.datastax.dse.driver.api.core.config.DseDriverOption;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import io.vertx.cassandra.CassandraClient;
import io.vertx.cassandra.CassandraClientOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this process is connected to Cassandra: every setting of the driver that differs from its default, with the reason. */
final class SessionLink {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLink.class);

    /** A node of a whole stack on a small machine answers within 10 s; a minute means that somebody must look. */
    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration OPEN_RETRY = Duration.ofMillis(500);
    /** One in 10 s. */
    private static final int TRIES_A_LINE = 20;

    /** Requests of this process that Cassandra works on at once: 8 times its own 128 request threads. */
    private static final int MAX_IN_FLIGHT = 1_024;
    /** Requests that wait for a place; a second's work. More would wait longer than they are wanted. */
    private static final int MAX_WAITING = 16_384;
    /** Above {@link #MAX_IN_FLIGHT}: requests that timed out here keep their place on the wire until they are answered. */
    private static final int MAX_PER_CONNECTION = 2_048;
    /** Rows in one answer: 256 events of 64 KiB are 16 MiB. */
    private static final int PAGE_ROWS = 256;

    private static final Duration RECONNECT_FIRST = Duration.ofMillis(200);
    /** A restarted node is noticed within this, and a connect to one that is still starting costs nothing. */
    private static final Duration RECONNECT_MAX = Duration.ofSeconds(1);
    /** A node that was cut off without a reset is given up after one of these and {@link #ANSWER_TIMEOUT}. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private SessionLink() {}

    /**
     * A session that answers. Waits for Cassandra for a minute, then fails with what was wrong at the last try.
     *
     * @param forMigrations without a copy of the schema: keeping one current costs more than a second for every statement
     *     that changes it. Other sessions need it to send a request to a node that holds the row.
     */
    static Future<CassandraClient> open(Vertx vertx, StoreSettings settings, boolean forMigrations) {
        CassandraClient client = CassandraClient.create(
                vertx,
                new CassandraClientOptions(CqlSession.builder()
                        .withApplicationName("meridian")
                        .withConfigLoader(driver(settings, forMigrations))));
        Future<?> patience = vertx.timer(OPEN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return firstAnswer(vertx, client, settings, patience, 1)
                .map(client)
                .recover(failure -> client.close().transform(closed -> Future.failedFuture(failure)));
    }

    private static Future<?> firstAnswer(
            Vertx vertx, CassandraClient client, StoreSettings settings, Future<?> patience, int tries) {
        return client.execute("SELECT release_version FROM system.local").recover(failure -> {
            if (patience.isComplete()) {
                return Future.failedFuture(new IllegalStateException(
                        "Cassandra at " + settings.contactPoints() + " (data centre " + settings.localDatacenter()
                                + ") did not answer for " + OPEN_TIMEOUT.toSeconds() + " s: " + failure.getMessage(),
                        failure));
            }
            if (tries % TRIES_A_LINE == 1) {
                LOG.info("waiting for Cassandra at {}", settings.contactPoints());
            }
            return vertx.timer(OPEN_RETRY.toMillis(), TimeUnit.MILLISECONDS)
                    .compose(waited -> firstAnswer(vertx, client, settings, patience, tries + 1)
                            .mapEmpty());
        });
    }

    private static DriverConfigLoader driver(StoreSettings settings, boolean forMigrations) {
        return DriverConfigLoader.programmaticBuilder(SessionLink.class.getClassLoader())
                .withStringList(CONTACT_POINTS, settings.contactPoints())
                // A node may come back with another address under its name.
                .withBoolean(RESOLVE_CONTACT_POINTS, false)
                .withString(LOAD_BALANCING_LOCAL_DATACENTER, settings.localDatacenter())
                .withDuration(REQUEST_TIMEOUT, settings.requestTimeout())
                .withString(REQUEST_CONSISTENCY, "LOCAL_QUORUM")
                .withString(REQUEST_SERIAL_CONSISTENCY, "LOCAL_SERIAL")
                // Every statement of this package may be executed twice: a timestamp or a condition makes it so.
                .withBoolean(REQUEST_DEFAULT_IDEMPOTENCE, true)
                .withInt(REQUEST_PAGE_SIZE, PAGE_ROWS)
                .withString(REQUEST_THROTTLER_CLASS, "ConcurrencyLimitingRequestThrottler")
                .withInt(REQUEST_THROTTLER_MAX_CONCURRENT_REQUESTS, MAX_IN_FLIGHT)
                .withInt(REQUEST_THROTTLER_MAX_QUEUE_SIZE, MAX_WAITING)
                // Whoever asks meanwhile is told so.
                .withBoolean(CONNECTION_WARN_INIT_ERROR, false)
                .withInt(CONNECTION_POOL_LOCAL_SIZE, 1)
                .withInt(CONNECTION_MAX_REQUESTS, MAX_PER_CONNECTION)
                .withDuration(CONNECTION_CONNECT_TIMEOUT, ANSWER_TIMEOUT)
                .withDuration(CONNECTION_INIT_QUERY_TIMEOUT, ANSWER_TIMEOUT)
                .withDuration(CONTROL_CONNECTION_TIMEOUT, ANSWER_TIMEOUT)
                .withDuration(HEARTBEAT_INTERVAL, HEARTBEAT)
                .withDuration(HEARTBEAT_TIMEOUT, ANSWER_TIMEOUT)
                .withString(RECONNECTION_POLICY_CLASS, "ExponentialReconnectionPolicy")
                .withDuration(RECONNECTION_BASE_DELAY, RECONNECT_FIRST)
                .withDuration(RECONNECTION_MAX_DELAY, RECONNECT_MAX)
                .withBoolean(METADATA_SCHEMA_ENABLED, !forMigrations)
                .withStringList(METADATA_SCHEMA_REFRESHED_KEYSPACES, List.of(settings.keyspace()))
                // Its native clock would load a foreign library for nothing: our timestamps are positions.
                .withBoolean(TIMESTAMP_GENERATOR_FORCE_JAVA_CLOCK, true)
                .withBoolean(DseDriverOption.MONITOR_REPORTING_ENABLED, false)
                // One thread writes more than a node of ours can send, and joins small writes better than two.
                .withInt(NETTY_IO_SIZE, 1)
                .withInt(NETTY_ADMIN_SIZE, 1)
                .withInt(NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                .withInt(NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                .withBoolean(NETTY_DAEMON, true)
                .build();
    }
}
