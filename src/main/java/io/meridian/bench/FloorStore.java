package io.meridian.bench;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.vertx.cassandra.CassandraClient;
import io.vertx.cassandra.CassandraClientOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The floor's writes: the four rows that the store's decision record counts for a message, in tables of the same shape. */
final class FloorStore {
    private static final String KEYSPACE = "meridian_bench_floor";
    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final int BUCKET_BITS = 10;

    private static final List<String> TABLES = List.of(
            "message_index (conversation_id text, message_id text, seq bigint, payload_hash text, appended_at bigint,"
                    + " PRIMARY KEY ((conversation_id, message_id), seq))",
            "events (conversation_id text, bucket bigint, seq bigint, event blob, meta blob,"
                    + " PRIMARY KEY ((conversation_id, bucket), seq))",
            "conversations (conversation_id text, fanout text, last_seq bigint, last_ordinal bigint, last_event blob,"
                    + " PRIMARY KEY ((conversation_id)))",
            "read_cursors (user_id text, conversation_id text, read_seq bigint, read_ordinal bigint,"
                    + " PRIMARY KEY ((user_id), conversation_id))");

    /** As long as what a node writes beside an event. */
    private static final ByteBuffer META = ByteBuffer.wrap("m".repeat(160).getBytes(StandardCharsets.UTF_8));

    private static final String HASH = "0123456789abcdef0123456789abcdef";

    private final CassandraClient client;
    private final PreparedStatement index;
    private final PreparedStatement event;
    private final PreparedStatement head;
    private final PreparedStatement cursor;

    private FloorStore(CassandraClient client, List<PreparedStatement> statements) {
        this.client = client;
        index = statements.get(0);
        event = statements.get(1);
        head = statements.get(2);
        cursor = statements.get(3);
    }

    static Future<FloorStore> open(Vertx vertx, FloorSite site) {
        CassandraClient client = CassandraClient.create(
                vertx,
                new CassandraClientOptions(CqlSession.builder()
                        .addContactPoint(new InetSocketAddress(site.cassandraHost(), site.cassandraPort()))
                        .withLocalDatacenter(site.dataCenter())
                        .withConfigLoader(driver())));
        return drop(client)
                .compose(dropped -> client.execute("CREATE KEYSPACE " + KEYSPACE
                        + " WITH replication = {'class': 'NetworkTopologyStrategy', '" + site.dataCenter() + "': 1}"))
                .compose(made ->
                        Together.each(1, TABLES, table -> client.execute("CREATE TABLE " + KEYSPACE + "." + table)))
                .compose(made -> Together.each(1, statements(), client::prepare))
                .map(statements -> new FloorStore(client, statements));
    }

    private static List<String> statements() {
        String into = "INSERT INTO " + KEYSPACE + ".";
        return List.of(
                into + "message_index (conversation_id, message_id, seq, payload_hash, appended_at)"
                        + " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?",
                into + "events (conversation_id, bucket, seq, event, meta) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?",
                into + "conversations (conversation_id, fanout, last_seq, last_ordinal, last_event)"
                        + " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?",
                into + "read_cursors (user_id, conversation_id, read_seq, read_ordinal) VALUES (?, ?, ?, ?)"
                        + " USING TIMESTAMP ?");
    }

    /** One connection, one thread, LOCAL_QUORUM: as the node has it. */
    private static DriverConfigLoader driver() {
        return DriverConfigLoader.programmaticBuilder(FloorStore.class.getClassLoader())
                .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, REQUEST)
                .withString(DefaultDriverOption.REQUEST_CONSISTENCY, "LOCAL_QUORUM")
                .withInt(DefaultDriverOption.CONNECTION_POOL_LOCAL_SIZE, 1)
                .withInt(DefaultDriverOption.NETTY_IO_SIZE, 1)
                .withInt(DefaultDriverOption.NETTY_ADMIN_SIZE, 1)
                .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                .withBoolean(DefaultDriverOption.TIMESTAMP_GENERATOR_FORCE_JAVA_CLOCK, true)
                .build();
    }

    Future<Void> index(String conversation, String message, long seq) {
        return client.execute(index.bind(conversation, message, seq, HASH, seq, seq))
                .mapEmpty();
    }

    Future<Void> event(String conversation, long seq, String json) {
        return client.execute(event.bind(conversation, seq >> BUCKET_BITS, seq, bytes(json), META.duplicate(), seq))
                .mapEmpty();
    }

    Future<Void> head(String conversation, long seq, String json) {
        return client.execute(head.bind(conversation, "write", seq, seq, bytes(json), seq))
                .mapEmpty();
    }

    Future<Void> cursor(String user, String conversation, long seq) {
        return client.execute(cursor.bind(user, conversation, seq, seq, seq)).mapEmpty();
    }

    Future<Void> drop() {
        return drop(client).compose(dropped -> client.close());
    }

    private static Future<Void> drop(CassandraClient client) {
        return client.execute("DROP KEYSPACE IF EXISTS " + KEYSPACE).mapEmpty();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
