import com.hazelcast.config.Config;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A parcel service asks somebody over the event bus, hears that there is an answer, and reads it. No class of Meridian's: Vert.x,
 * Hazelcast and JSON. See docs/services.md.
 */
public final class ServiceExample {
    private static final String HOST = "127.0.0.1";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    /** Longer than a node takes for any answer, 15 s. */
    private static final long ANSWER_MS = 20_000;

    private static final int ATTEMPTS = 3;

    private final Vertx vertx;
    private final String token;

    private ServiceExample(Vertx vertx, String token) {
        this.vertx = vertx;
        this.token = token;
    }

    public static void main(String[] args) throws Exception {
        JsonObject run = new JsonObject(Files.readString(Path.of(args[0])));
        JsonObject region = run.getJsonArray("regions").getJsonObject(0);
        String http = region.getString("url");
        // An account is made once, and its password kept; later runs log in, see docs/services.md.
        JsonObject parcels = register(http, "parcels");
        JsonObject ann = register(http, "ann");

        Vertx vertx = join(region.getString("name"), members(run));
        try {
            new ServiceExample(vertx, parcels.getString("accessToken")).ask(http, ann);
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    /** Where the region's nodes form their cluster. */
    private static List<String> members(JsonObject run) {
        return run.getJsonArray("processes").stream()
                .map(JsonObject.class::cast)
                .filter(process -> process.getString("kind").equals("node"))
                .map(process -> HOST + ":" + process.getJsonObject("ports").getInteger("cluster"))
                .toList();
    }

    private static Vertx join(String region, List<String> members) throws Exception {
        int port = freePort();
        // A lite member keeps none of the cluster's data: it may come and go as it likes.
        Config config = ConfigUtil.loadConfig().setClusterName("meridian-" + region).setLiteMember(true);
        config.setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.local.localAddress", HOST)
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "none")
                .setProperty("hazelcast.wait.seconds.before.join", "0");
        var network = config.getNetworkConfig().setPort(port).setPublicAddress(HOST + ":" + port);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true).setMembers(members);
        return Vertx.builder()
                .with(new VertxOptions()
                        .setEventBusOptions(new EventBusOptions().setHost(HOST).setPort(freePort())))
                .withClusterManager(new HazelcastClusterManager(config))
                .buildClustered()
                .await(60, TimeUnit.SECONDS);
    }

    private void ask(String http, JsonObject ann) throws Exception {
        BlockingQueue<JsonObject> heads = new LinkedBlockingQueue<>(1_000);
        vertx.eventBus()
                .<JsonObject>consumer("meridian.events", event -> heads.offer(event.body()))
                .completion()
                .await(10, TimeUnit.SECONDS);

        JsonObject made = request("meridian.conversations.create", new JsonObject()
                .put("type", "direct")
                .put("memberIds", new JsonArray().add(ann.getString("userId")))
                .put("clientMessageId", UUID.randomUUID().toString()));
        String conversation = made.getString("conversationId");
        JsonObject sent = request("meridian.messages.send", new JsonObject()
                .put("conversationId", conversation)
                .put("clientMessageId", UUID.randomUUID().toString())
                .put("messageType", "text")
                .put("content", "Your parcel is here. Shall we bring it today?"));

        // Ann has an app for that; here she is a call of the HTTP API.
        http(http + "/api/messages", ann.getString("accessToken"), new JsonObject()
                .put("conversationId", conversation)
                .put("clientMessageId", UUID.randomUUID().toString())
                .put("messageType", "text")
                .put("content", "Yes, please."));

        long held = sent.getLong("seq", made.getLong("seq"));
        while (true) {
            // The bus only hints: without one, look anyway.
            JsonObject head = heads.poll(5, TimeUnit.SECONDS);
            boolean news = head == null
                    || (conversation.equals(head.getString("conversationId")) && head.getLong("seq") > held);
            if (!news) {
                continue;
            }
            JsonObject page = request("meridian.messages.list", new JsonObject()
                    .put("conversationId", conversation)
                    .put("after", held));
            for (Object item : page.getJsonArray("items")) {
                JsonObject event = (JsonObject) item;
                held = event.getLong("seq");
                if (ann.getString("userId").equals(event.getString("senderId"))) {
                    System.out.println("ann answered: " + event.getString("content"));
                    return;
                }
            }
        }
    }

    /** Asked again, the same, when no answer came or when it is worth another try: the clientMessageId makes it one command. */
    private JsonObject request(String address, JsonObject body) throws InterruptedException {
        DeliveryOptions options = new DeliveryOptions().addHeader("token", token).setSendTimeout(ANSWER_MS);
        for (int attempt = 1; ; attempt++) {
            long pauseMs = 500;
            try {
                JsonObject reply = vertx.eventBus()
                        .<JsonObject>request(address, body, options)
                        .await()
                        .body();
                System.out.println(address + " -> " + reply.encode());
                boolean taken = !reply.getString("status").equals("refused");
                if (taken) {
                    return reply;
                }
                if (reply.getLong("retryAfterMs") == null || attempt == ATTEMPTS) {
                    throw new IllegalStateException(reply.encode());
                }
                pauseMs = reply.getLong("retryAfterMs");
            } catch (ReplyException noAnswer) {
                if (attempt == ATTEMPTS) {
                    throw noAnswer;
                }
            }
            Thread.sleep(pauseMs);
        }
    }

    private static JsonObject register(String http, String name) throws Exception {
        return http(http + "/api/auth/register", null, new JsonObject()
                .put("username", name + "-" + UUID.randomUUID().toString().substring(0, 8))
                .put("password", "correct horse battery"));
    }

    private static JsonObject http(String url, String tokenOrNull, JsonObject body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()));
        if (tokenOrNull != null) {
            request.header("Authorization", "Bearer " + tokenOrNull);
        }
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(response.statusCode() + ": " + response.body());
        }
        return new JsonObject(response.body());
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }
}
