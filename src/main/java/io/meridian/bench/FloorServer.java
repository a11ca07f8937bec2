package io.meridian.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The floor under a message: a process with the node's JVM options that does for each what a node makes the engines do, and nothing
 * else: a frame in; an append of the command; the index row, the event row; the answer out; head, cursor and the append of the
 * event; a stream entry for the recipient; the event out. No order, no deduplication, no look-ups, no hints, no consumers.
 *
 * <p>The same client speaks to it: a token is {@code ROOM.MEMBER}, a room has the members 0 and 1.
 */
public final class FloorServer {
    private static final String BEARER = "Bearer ";

    private FloorServer() {}

    /** Prints its port when it listens; removes all it made when its standard input ends. */
    public static void main(String[] arguments) {
        Helper.serve(() -> run(arguments));
    }

    private static void run(String[] arguments) throws IOException {
        int loops = Integer.parseInt(arguments[0]);
        FloorSite site = FloorSite.parse(Arrays.asList(arguments).subList(1, arguments.length));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true));
        FloorLog log = FloorLog.open(site);
        FloorStore store = Crowd.await(FloorStore.open(vertx, site));
        FloorInbox inbox = Crowd.await(FloorInbox.open(vertx, site));
        Shared shared = new Shared(log, store, inbox, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        Listener first = new Listener(shared);
        Crowd.await(vertx.deployVerticle(first));
        if (loops > 1) {
            Crowd.await(
                    vertx.deployVerticle(() -> new Listener(shared), new DeploymentOptions().setInstances(loops - 1)));
        }
        Helper.listening(first.port());
        log.drop();
        Crowd.await(inbox.drop(List.copyOf(shared.sockets().keySet())));
        Crowd.await(store.drop());
    }

    /** What all event loops of the process use. */
    private record Shared(
            FloorLog log,
            FloorStore store,
            FloorInbox inbox,
            Map<String, ServerWebSocket> sockets,
            Map<String, AtomicLong> positions) {}

    private static final class Listener extends VerticleBase {
        private final Shared shared;
        private HttpServer server;

        Listener(Shared shared) {
            this.shared = shared;
        }

        int port() {
            return server.actualPort();
        }

        @Override
        public Future<?> start() {
            server = vertx.createHttpServer(new HttpServerOptions()
                            .setTcpNoDelay(true)
                            .setWebSocketSubProtocols(List.of("meridian.v1"))
                            .setPerFrameWebSocketCompressionSupported(false)
                            .setPerMessageWebSocketCompressionSupported(false))
                    .webSocketHandler(this::connected);
            return server.listen(Helper.ANY_SHARED_PORT, "127.0.0.1");
        }

        private void connected(ServerWebSocket socket) {
            String user = socket.headers().get("authorization").substring(BEARER.length());
            shared.sockets().put(user, socket);
            socket.textMessageHandler(frame -> {
                String type = String.valueOf(Frames.text(frame, Frames.EVENT_TYPE));
                if ("message_send".equals(type)) {
                    message(socket, user, frame)
                            .onFailure(failure ->
                                    socket.writeTextMessage("{\"eventType\":\"error\",\"code\":\"unavailable\"}"));
                } else if ("hello".equals(type)) {
                    socket.writeTextMessage("{\"eventType\":\"ready\",\"inboxComplete\":true}");
                    socket.writeTextMessage("{\"eventType\":\"synced\"}");
                }
            });
        }

        private Future<Void> message(ServerWebSocket socket, String user, String frame) {
            String room = Frames.text(frame, Frames.CONVERSATION_ID);
            String id = Frames.text(frame, Frames.CLIENT_MESSAGE_ID);
            long seq = shared.positions()
                    .computeIfAbsent(room, fresh -> new AtomicLong())
                    .incrementAndGet();
            String event = event(room, id, seq, user, frame);
            FloorStore store = shared.store();
            return shared.log()
                    .append(FloorLog.COMMANDS, room, frame)
                    .compose(appended -> store.index(room, id, seq))
                    .compose(indexed -> store.event(room, seq, event))
                    .compose(stored -> {
                        socket.writeTextMessage(answer(room, id, seq));
                        return Future.all(
                                store.head(room, seq, event),
                                store.cursor(user, room, seq),
                                shared.log().append(FloorLog.EVENTS, room, event));
                    })
                    .compose(published -> shared.inbox().add(other(user), event))
                    .compose(entry -> shared.sockets()
                            .get(other(user))
                            .writeTextMessage("{\"deliveryId\":\"" + entry + "\"," + event.substring(1)));
        }

        /** As long as a node's. */
        private static String event(String room, String id, long seq, String user, String frame) {
            return "{\"eventType\":\"message_created\",\"conversationId\":\"" + room + "\",\"seq\":" + seq
                    + ",\"prevSeq\":" + (seq - 1) + ",\"ordinal\":" + seq
                    + ",\"messageId\":\"0123456789abcdef0123456789abcdef\",\"clientMessageId\":\"" + id
                    + "\",\"senderId\":\"" + user + "\",\"messageType\":\"text\","
                    + frame.substring(frame.indexOf("\"content\":"), frame.length() - 1)
                    + ",\"serverTimestamp\":\"2020-01-01T00:00:00.000Z\",\"region\":\"floor\"}";
        }

        private static String answer(String room, String id, long seq) {
            return "{\"eventType\":\"message_sent\",\"conversationId\":\"" + room + "\",\"clientMessageId\":\"" + id
                    + "\",\"messageId\":\"0123456789abcdef0123456789abcdef\",\"seq\":" + seq + ",\"prevSeq\":"
                    + (seq - 1) + ",\"ordinal\":" + seq + ",\"serverTimestamp\":\"2020-01-01T00:00:00.000Z\"}";
        }

        private static String other(String user) {
            char member = user.charAt(user.length() - 1);
            return user.substring(0, user.length() - 1) + (member == '0' ? '1' : '0');
        }
    }
}
