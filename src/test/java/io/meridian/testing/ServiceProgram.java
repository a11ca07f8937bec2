package io.meridian.testing;

import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Somebody else's program on a region's event bus: Vert.x, Hazelcast and JSON, and nothing of Meridian's. */
public final class ServiceProgram implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    /** A node answers within 15 s; a machine that does other things, too, takes longer. */
    private static final long ANSWER_MS = 90_000;

    private final Vertx vertx;
    private final List<JsonObject> events = new CopyOnWriteArrayList<>();

    private ServiceProgram(Vertx vertx) {
        this.vertx = vertx;
    }

    /** @param members {@code host:port} of the cluster ports of the region's nodes */
    public static ServiceProgram join(String region, List<String> members) {
        ServiceProgram program = new ServiceProgram(of(Vertx.builder()
                .with(new VertxOptions()
                        .setEventBusOptions(new EventBusOptions().setHost(HOST).setPort(freePort())))
                .withClusterManager(new HazelcastClusterManager(hazelcast(region, members)))
                .buildClustered()));
        of(program.vertx
                .eventBus()
                .<JsonObject>consumer("meridian.events", event -> program.events.add(event.body()))
                .completion());
        return program;
    }

    private static Config hazelcast(String region, List<String> members) {
        Config config = ConfigUtil.loadConfig().setClusterName("meridian-" + region);
        config.setLiteMember(true);
        config.setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.local.localAddress", HOST)
                .setProperty("hazelcast.wait.seconds.before.join", "0");
        int port = freePort();
        var network = config.getNetworkConfig().setPort(port).setPublicAddress(HOST + ":" + port);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true).setMembers(members);
        return config;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The reply to a request with the token in its header (null: with none); fails if there was none. */
    public JsonObject ask(String address, String token, Object body) {
        return of(request(address, token, body));
    }

    public Future<JsonObject> request(String address, String token, Object body) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(ANSWER_MS);
        if (token != null) {
            options.addHeader("token", token);
        }
        return vertx.eventBus().<JsonObject>request(address, body, options).map(reply -> reply.body());
    }

    /** Sent to everybody at once, and so to nobody. */
    public void publish(String address, String token, JsonObject body) {
        vertx.eventBus().publish(address, body, new DeliveryOptions().addHeader("token", token));
    }

    /** What {@code meridian.events} has told of the conversation so far. */
    public List<JsonObject> heard(String conversation) {
        return events.stream()
                .filter(event -> conversation.equals(event.getString("conversationId")))
                .toList();
    }

    public void awaitHeard(String conversation, long seq) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> heard(conversation).stream().anyMatch(event -> event.getLong("seq") == seq));
    }

    private static <T> T of(Future<T> future) {
        try {
            return future.await(ANSWER_MS + 10_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nothing came back", e);
        }
    }

    @Override
    public void close() {
        of(vertx.close());
    }
}
