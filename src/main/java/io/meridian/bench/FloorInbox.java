package io.meridian.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.List;

/** The floor's stream entries: one stream a recipient, bounded, removed again. */
final class FloorInbox {
    private static final String PREFIX = "bench:floor:";
    /** Nobody acknowledges here: old entries go when new ones come. */
    private static final int MOST_ENTRIES = 1_000;

    private static final int MAX_WAITING = 65_536;

    private final Redis client;
    private final RedisConnection connection;

    private FloorInbox(Redis client, RedisConnection connection) {
        this.client = client;
        this.connection = connection;
    }

    static Future<FloorInbox> open(Vertx vertx, FloorSite site) {
        Redis client = Redis.createClient(
                vertx, new RedisOptions().setConnectionString(site.redis()).setMaxWaitingHandlers(MAX_WAITING));
        return client.connect().map(connection -> new FloorInbox(client, connection));
    }

    /** The entry's id. */
    Future<String> add(String recipient, String event) {
        return connection
                .send(Request.cmd(Command.XADD)
                        .arg(PREFIX + recipient)
                        .arg("MAXLEN")
                        .arg("~")
                        .arg(MOST_ENTRIES)
                        .arg("*")
                        .arg("e")
                        .arg(event))
                .map(Object::toString);
    }

    Future<Void> drop(List<String> recipients) {
        return Together.each(
                        16,
                        recipients,
                        recipient -> connection.send(Request.cmd(Command.UNLINK).arg(PREFIX + recipient)))
                .eventually(client::close)
                .mapEmpty();
    }
}
