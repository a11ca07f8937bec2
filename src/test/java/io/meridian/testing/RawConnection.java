package io.meridian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A connection that does nothing by itself: for what a well-behaved client never does, and for looking at every frame. */
public final class RawConnection {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    private volatile int closeCode = -1;
    private Line line;

    private RawConnection() {}

    /** Upgrades with a token in the header, or with none for null. Throws {@code UpgradeRejectedException} when refused. */
    public static RawConnection open(ClientWorld world, int node, String token) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (token != null) {
            headers.add("Authorization", "Bearer " + token);
        }
        return open(world, node, "/connect", headers);
    }

    /** The same with any path and headers. */
    public static RawConnection open(ClientWorld world, int node, String path, MultiMap headers) {
        RawConnection connection = new RawConnection();
        try {
            connection.line = Socket.open(
                            world,
                            node,
                            path,
                            headers,
                            text -> connection.frames.add(Wire.parse(text)),
                            code -> connection.closeCode = code)
                    .await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no upgrade within " + BOUND, e);
        }
        return connection;
    }

    /** Over something else than a WebSocket of ours. */
    static RawConnection over(BiFunction<Consumer<String>, IntConsumer, Future<? extends Line>> opening) {
        RawConnection connection = new RawConnection();
        try {
            connection.line = opening.apply(
                            text -> connection.frames.add(Wire.parse(text)), code -> connection.closeCode = code)
                    .await(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no connection within " + BOUND, e);
        }
        return connection;
    }

    /** Says hello and waits for {@code synced}. */
    public RawConnection hello(String deviceId) {
        send(Wire.frame("hello").put("deviceId", deviceId).put("platform", "test"));
        await("synced");
        return this;
    }

    public void send(JsonNode frame) {
        sendText(frame.toString());
    }

    public void sendText(String text) {
        line.send(text);
    }

    public void sendBinary(byte[] bytes) {
        socket().sendBinary(bytes);
    }

    /** Sends a message; its {@code requestId} is its {@code clientMessageId}. */
    public void sendMessage(String conversationId, String clientMessageId, String content) {
        send(message(conversationId, clientMessageId, content));
    }

    static JsonNode message(String conversationId, String clientMessageId, String content) {
        return Wire.frame("message_send")
                .put("requestId", clientMessageId)
                .put("conversationId", conversationId)
                .put("clientMessageId", clientMessageId)
                .put("messageType", "text")
                .put("content", content);
    }

    /** The first frame of the type that has come or comes. */
    public JsonNode await(String eventType) {
        return await(eventType, frame -> true);
    }

    /** The first frame of the type for which the condition holds. */
    public JsonNode await(String eventType, Predicate<JsonNode> condition) {
        Awaitility.await()
                .atMost(BOUND)
                .pollDelay(Duration.ZERO)
                .until(() -> !all(eventType, condition).isEmpty());
        return all(eventType, condition).get(0);
    }

    /** {@code message_sent} or {@code error} for the send. */
    public JsonNode answerTo(String clientMessageId) {
        Awaitility.await()
                .atMost(BOUND)
                // it may be there already, and a thousand of them are asked for
                .pollDelay(Duration.ZERO)
                .until(() -> answers(clientMessageId).findAny().isPresent());
        return answers(clientMessageId).findFirst().orElseThrow();
    }

    private java.util.stream.Stream<JsonNode> answers(String clientMessageId) {
        return frames.stream()
                .filter(frame -> List.of("message_sent", "error")
                                .contains(frame.path("eventType").asText())
                        && clientMessageId.equals(frame.path("requestId").asText()));
    }

    public List<JsonNode> all(String eventType) {
        return all(eventType, frame -> true);
    }

    private List<JsonNode> all(String eventType, Predicate<JsonNode> condition) {
        return frames.stream()
                .filter(frame -> eventType.equals(frame.path("eventType").asText()) && condition.test(frame))
                .toList();
    }

    /** Every frame so far, oldest first. */
    public List<JsonNode> frames() {
        return List.copyOf(frames);
    }

    public OptionalInt closeCode() {
        return closeCode < 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
    }

    /** Waits for the server to close. */
    public void isClosedWith(int code) {
        isClosedWith(code, BOUND);
    }

    /** Waits for the server to close, as long as it may take. */
    public void isClosedWith(int code, Duration bound) {
        Awaitility.await().atMost(bound).until(() -> closeCode >= 0);
        assertThat(closeCode).as("close code, after " + frames).isEqualTo(code);
    }

    public String subprotocol() {
        return socket().subprotocol();
    }

    public void close() {
        line.close(1000);
    }

    /** As if the network went. */
    public void abort() {
        line.abort();
    }

    /** Reads nothing more until {@link #resume}. */
    public void pause() {
        socket().pause();
    }

    public void resume() {
        socket().resume();
    }

    Line line() {
        return line;
    }

    private Socket socket() {
        return (Socket) line;
    }
}
