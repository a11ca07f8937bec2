package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.Fuzz;
import io.meridian.testing.Inspection;
import io.meridian.testing.NodeWatch;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RawSocket;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Frames that no client should send: each has its error or close code, and those who chat meanwhile notice nothing. */
@ExtendWith(RunningRegion.class)
class BadFramesIT {
    private static final int MANY = 1_000;
    private static final Duration BOUND = Duration.ofSeconds(20);
    /** Answered by another frame than {@code message_sent} and {@code error}, or by nothing. */
    /** One value, and nothing behind it. */
    private static final ObjectReader STRICT =
            new ObjectMapper().reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Set<String> SILENT = Set.of("message_ack", "message_read", "hello", "ping");

    private static final Set<String> CODES = Set.of(
            "invalid", "unknown_event_type", "conflict", "not_found", "not_a_member", "too_large", "unauthenticated");

    @Test
    void aThousandMutatedFramesAreEachAnsweredOrClosed(ClientWorld world, Cluster cluster) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        Person eve = world.register("eve");
        String chat = ann.directWith(bob);
        String evesOwn = eve.directWith(bob);
        ChatClient phone = ann.device("phone").start();
        ChatClient laptop = bob.device("laptop").start();
        Inspection.settled(BOUND, List.of(phone, laptop));
        NodeWatch watch = new NodeWatch(cluster);
        Fuzz fuzz = new Fuzz(world.random("frames"));
        List<ObjectNode> good = frames(evesOwn, eve.accessToken());
        RawSocket wire = connected(cluster, eve);
        int closed = 0;
        for (int i = 0; i < MANY; i++) {
            byte[] bad = fuzz.mutated(good.get(i % good.size()));
            wire.send(RawSocket.frame(true, RawSocket.TEXT, bad));
            // Behind it, in order, one that is always answered: what came before was decided by then.
            String mark = "mark-" + i;
            wire.send(RawSocket.frame(
                    true, RawSocket.TEXT, utf8(Wire.frame("no-such-type").put("requestId", mark))));
            if (!wire.awaited("\"" + mark + "\"", BOUND.toMillis())) {
                assertThat(wire.closeCode())
                        .as("after " + new String(bad, 0, Math.min(bad.length, 200), StandardCharsets.UTF_8))
                        .isIn(4400, 1009);
                closed++;
                wire.close();
                wire = connected(cluster, eve);
            }
            NodeWatch.tellsNothing(wire.text().replaceAll("\"(node|region)\":\"[^\"]*\"", ""));
            if (i % 50 == 0) {
                phone.send(chat, "between " + i);
            }
        }
        wire.close();
        assertThat(closed).as("not all are closed, not all are answered").isBetween(50, MANY - 50);
        new Inspection(world, List.of(ann, bob), List.of(phone, laptop), List.of(chat)).isClean(Duration.ofSeconds(40));
        watch.isUnharmed(eve.accessToken(), ann.accessToken(), eve.refreshToken(), eve.password());
    }

    @Test
    void whatIsWrongInAFrameIsAnErrorOfTheContract(ClientWorld world) {
        Person eve = world.register("eve");
        String chat = eve.directWith(world.register("bob"));
        RawConnection connection = eve.connect().hello("fuzzed");
        Fuzz fuzz = new Fuzz(world.random("errors"));
        List<ObjectNode> good = frames(chat, eve.accessToken());
        List<String> answered = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            ObjectNode frame = good.get(i % good.size()).deepCopy().put("requestId", "request-" + i);
            String text = new String(fuzz.mutated(frame), StandardCharsets.UTF_8);
            if (isFrame(text)) {
                connection.sendText(text);
                if (mustBeAnswered(text, "request-" + i)) {
                    answered.add("request-" + i);
                }
            }
        }
        connection.send(Wire.frame("no-such-type").put("requestId", "last"));
        connection.await("error", frame -> frame.path("requestId").asText().equals("last"));
        assertThat(answered).as("frames that must be answered").hasSizeGreaterThan(MANY / 50);
        answered.forEach(connection::answerTo);
        assertThat(connection.frames().stream()
                        .map(frame -> frame.path("requestId").asText())
                        .filter(answered::contains))
                .as("one answer each")
                .doesNotHaveDuplicates();
        assertThat(connection.closeCode()).isEmpty();
        assertThat(connection.all("error")).allSatisfy(error -> {
            assertThat(error.path("code").asText()).as(error.toString()).isIn(CODES);
            assertThat(error.path("detail").asText()).isNotEmpty();
        });
        connection.close();
    }

    /** It says what it wants and under which number, both once: whatever else is wrong with it. */
    private static boolean mustBeAnswered(String text, String request) {
        JsonNode frame = Wire.parse(text);
        return text.split("\"(requestId|eventType)\"", -1).length == 3
                && frame.path("requestId").asText().equals(request)
                && !SILENT.contains(frame.path("eventType").asText());
    }

    /** What even the strictest reading calls one. */
    private static boolean isFrame(String text) {
        try {
            return text.length() < 30_000
                    && !text.contains("\ufffd")
                    && !text.startsWith("\ufeff")
                    && !text.contains("[[[[")
                    && !text.contains("{\"a\":{\"a\":")
                    && STRICT.readTree(text).path("eventType").isTextual()
                    && !text.contains("\\ud800")
                    && !text.contains("\\udc00")
                    && text.endsWith("}");
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static List<ObjectNode> frames(String chat, String token) {
        ObjectNode send = Wire.frame("message_send")
                .put("requestId", "r1")
                .put("conversationId", chat)
                .put("clientMessageId", "m1")
                .put("messageType", "text")
                .put("content", "héllo \ud83d\ude00")
                .put("replyTo", "0123456789abcdef0123456789abcdef");
        send.putArray("mentions").add("0123456789abcdef0123456789abcdef");
        send.putArray("mediaIds").add("media-1");
        return List.of(
                send,
                Wire.frame("message_ack").put("upTo", "1-1"),
                Wire.frame("message_read").put("conversationId", chat).put("seq", 1),
                Wire.frame("hello").put("deviceId", "other").put("token", token).put("platform", "test"),
                Wire.frame("ping"),
                Wire.frame("message_edit")
                        .put("requestId", "r2")
                        .put("conversationId", chat)
                        .put("clientMessageId", "e1")
                        .put("messageId", "m")
                        .put("content", "x"),
                Wire.frame("typing_start").put("conversationId", chat));
    }

    @Test
    void whatIsNoWebSocketFrameIsClosedWithItsCode(ClientWorld world, Cluster cluster) {
        Person eve = world.register("eve");
        NodeWatch watch = new NodeWatch(cluster);
        byte[] ping = utf8(Wire.frame("ping"));
        Map<String, byte[]> protocol = new LinkedHashMap<>();
        protocol.put("unmasked", new byte[] {(byte) 0x81, 2, '{', '}'});
        for (int bits = 1; bits < 8; bits++) {
            byte[] reserved = RawSocket.frame(true, RawSocket.TEXT, ping);
            reserved[0] |= (byte) (bits << 4);
            protocol.put("reserved bits " + bits, reserved);
        }
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            protocol.put("opcode " + opcode, RawSocket.frame(true, opcode, ping));
        }
        protocol.put("continuation of nothing", RawSocket.frame(true, 0, ping));
        protocol.put("ping in parts", RawSocket.frame(false, RawSocket.PING, new byte[1]));
        protocol.put("ping too long", RawSocket.frame(true, RawSocket.PING, new byte[126]));
        protocol.put("close of one byte", RawSocket.frame(true, RawSocket.CLOSE, new byte[1]));
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2999}) {
            protocol.put(
                    "close " + code,
                    RawSocket.frame(
                            true,
                            RawSocket.CLOSE,
                            ByteBuffer.allocate(2).putShort((short) code).array()));
        }
        protocol.forEach((what, bytes) -> closes(cluster, eve, what, bytes, 1002));
        closes(cluster, eve, "64 KiB and one", RawSocket.frame(true, RawSocket.TEXT, new byte[64 * 1024 + 1]), 1009);
        // Several times: a reset by the node would be a race with the close.
        for (int i = 0; i < 20; i++) {
            closes(cluster, eve, "far too long", RawSocket.frame(true, RawSocket.TEXT, new byte[400_000]), 1009);
        }
        closes(cluster, eve, "longer than buffers", RawSocket.frame(true, RawSocket.TEXT, new byte[20_000_000]), 1009);
        byte[] huge = RawSocket.frame(true, RawSocket.TEXT, new byte[70_000]);
        ByteBuffer.wrap(huge).putLong(2, 1L << 62);
        closes(cluster, eve, "said to be endless", huge, 1009);
        closes(cluster, eve, "binary", RawSocket.frame(true, RawSocket.BINARY, ping), 4400);
        closes(
                cluster,
                eve,
                "no UTF-8",
                RawSocket.frame(true, RawSocket.TEXT, new byte[] {'{', (byte) 0xc0, (byte) 0x80, '}'}),
                4400);
        try (RawSocket parts = connected(cluster, eve)) {
            parts.send(RawSocket.frame(false, RawSocket.TEXT, new byte[1_000]));
            for (int i = 0; i < 100; i++) {
                parts.send(RawSocket.frame(false, 0, new byte[1_000]));
            }
            assertThat(parts.closed(BOUND.toMillis())).isTrue();
            assertThat(parts.closeCode()).as("never-ending message").isEqualTo(1009);
        }
        try (RawSocket parts = connected(cluster, eve)) {
            parts.send(RawSocket.frame(false, RawSocket.TEXT, new byte[0]));
            for (int i = 0; i < 1_024; i++) {
                parts.send(RawSocket.frame(false, 0, new byte[0]));
            }
            parts.awaited("at most", BOUND.toMillis());
            assertThat(parts.closeCode()).as("never-ending message of nothing").isEqualTo(1009);
        }
        watch.isUnharmed(eve.accessToken());
    }

    /** Without a hello: what is no text, and what is too long, is nobody's frame. */
    @Test
    void aThousandBinaryFramesAndAThousandThatAreTooLongAreEachClosedWithTheirCode(ClientWorld world, Cluster cluster) {
        Person eve = world.register("eve");
        NodeWatch watch = new NodeWatch(cluster);
        byte[] binary = RawSocket.frame(true, RawSocket.BINARY, utf8(Wire.frame("ping")));
        byte[] long64 = RawSocket.frame(true, RawSocket.TEXT, new byte[64 * 1024 + 1]);
        for (int i = 0; i < MANY; i++) {
            URI node = cluster.urls().get(i % 2);
            closes(new RawSocket(node).upgrade(eve.accessToken()), "binary " + i, binary, 4400);
            closes(new RawSocket(node).upgrade(eve.accessToken()), "64 KiB and one " + i, long64, 1009);
        }
        watch.isUnharmed(eve.accessToken());
    }

    @Test
    void aThousandConnectionsOfRandomBytesLeaveNothing(ClientWorld world, Cluster cluster) {
        Person eve = world.register("eve");
        NodeWatch watch = new NodeWatch(cluster);
        Fuzz fuzz = new Fuzz(world.random("bytes"));
        for (int i = 0; i < MANY; i++) {
            try (RawSocket wire = new RawSocket(cluster.urls().get(i % 2)).upgrade(eve.accessToken())) {
                wire.send(fuzz.garbage(1 + i % 500));
            }
        }
        watch.isUnharmed(eve.accessToken());
    }

    @Test
    void whoNeverReadsHasItsPingsLeftUnread(ClientWorld world, Cluster cluster) {
        Person eve = world.register("eve");
        NodeWatch watch = new NodeWatch(cluster);
        long most = 1024L * 1024 * 1024;
        try (RawSocket wire = new RawSocket(cluster.urls().get(0)).upgrade(eve.accessToken())) {
            byte[] ping = RawSocket.frame(true, RawSocket.PING, new byte[125]);
            byte[] pings = new byte[ping.length * 500];
            for (int i = 0; i < 500; i++) {
                System.arraycopy(ping, 0, pings, i * ping.length, ping.length);
            }
            assertThat(wire.flood(pings, most))
                    .as("what the system's buffers hold (some 70 MiB), and little more")
                    .isLessThan(most / 4);
        }
        watch.isUnharmed();
    }

    private static void closes(Cluster cluster, Person person, String what, byte[] bytes, int code) {
        closes(connected(cluster, person), what, bytes, code);
    }

    private static void closes(RawSocket connected, String what, byte[] bytes, int code) {
        try (RawSocket wire = connected) {
            wire.send(bytes);
            assertThat(wire.closed(BOUND.toMillis())).as(what).isTrue();
            assertThat(wire.closeCode()).as(what).isEqualTo(code);
        }
    }

    private static RawSocket connected(Cluster cluster, Person person) {
        RawSocket wire = new RawSocket(cluster.urls().get(0)).upgrade(person.accessToken());
        wire.send(RawSocket.frame(true, RawSocket.TEXT, utf8(Wire.frame("hello").put("deviceId", "fuzzed"))));
        assertThat(wire.awaited("\"synced\"", BOUND.toMillis())).as(wire.text()).isTrue();
        return wire;
    }

    private static byte[] utf8(JsonNode frame) {
        return frame.toString().getBytes(StandardCharsets.UTF_8);
    }
}
