package io.meridian.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** The SockJS client that browsers use, in a Node process; as many connections as are wanted. */
public final class SockJsClients implements AutoCloseable {
    private static final int NORMAL = 1000;

    private final Map<Integer, Connection> connections = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final NodeProcess node = NodeProcess.start("sockjs.mjs").onSaid(this::said);

    /** A device of the person's that connects so, its token in the address. {@code transport}: as the library names it, {@code xhr-polling} for example. */
    public ChatClient device(Person person, String deviceId, String transport) {
        return person.device(
                deviceId,
                (world, node, token, onText, onClose) ->
                        open(url(world, node) + "?access_token=" + token, transport, onText, onClose));
    }

    /** A connection by hand, without a token. Fails when there is none. */
    public RawConnection connect(ClientWorld world, int node, String transport) {
        return RawConnection.over((onText, onClose) -> open(url(world, node), transport, onText, onClose));
    }

    /** The same with a token, of any kind, in the address. */
    public RawConnection connect(ClientWorld world, int node, String transport, String token) {
        return RawConnection.over(
                (onText, onClose) -> open(url(world, node) + "?access_token=" + token, transport, onText, onClose));
    }

    /** What the library was told when it was closed. */
    public static String reason(RawConnection connection) {
        return ((Connection) connection.line()).reason;
    }

    private static String url(ClientWorld world, int node) {
        return world.api().node(node) + "/sockjs";
    }

    private Future<Connection> open(String url, String transport, Consumer<String> onText, IntConsumer onClose) {
        Connection connection = new Connection(numbers.incrementAndGet(), onText, onClose);
        connections.put(connection.number, connection);
        say("open", connection.number, "url", url, "transport", transport);
        return connection.opened.future();
    }

    private void say(String what, int number, String... fields) {
        var line = Wire.object().put("do", what).put("on", number);
        for (int i = 0; i < fields.length; i += 2) {
            line.put(fields[i], fields[i + 1]);
        }
        node.send(line);
    }

    private void said(JsonNode line) {
        Connection connection = connections.get(line.path("on").asInt());
        switch (line.path("said").asText()) {
            case "open" -> connection.opened.tryComplete(connection);
            case "message" -> connection.onText.accept(line.path("text").asText());
            case "close" -> {
                connections.remove(connection.number);
                connection.reason = line.path("reason").asText();
                int code = line.path("code").asInt();
                if (!connection.opened.tryFail("closed with " + code + " " + connection.reason)) {
                    connection.onClose.accept(code);
                }
            }
            default -> throw new IllegalStateException("the script said " + line);
        }
    }

    @Override
    public void close() {
        node.close();
    }

    /** One connection. */
    private final class Connection implements Line {
        private final int number;
        private final Consumer<String> onText;
        private final IntConsumer onClose;
        private final Promise<Connection> opened = Promise.promise();
        private volatile String reason;

        private Connection(int number, Consumer<String> onText, IntConsumer onClose) {
            this.number = number;
            this.onText = onText;
            this.onClose = onClose;
        }

        @Override
        public Future<Void> send(String text) {
            say("send", number, "text", text);
            return Future.succeededFuture();
        }

        @Override
        public void close(int code) {
            say("close", number);
        }

        /** The library has no other end than an orderly one; over HTTP that is the end of a request, and nothing else. */
        @Override
        public void abort() {
            close(NORMAL);
        }
    }
}
