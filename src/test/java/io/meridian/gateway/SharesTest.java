package io.meridian.gateway;

import static io.meridian.gateway.TestDoor.BOUND;
import static io.meridian.gateway.TestDoor.LARGE_ANSWER;
import static io.meridian.gateway.TestDoor.STANDARD;
import static io.meridian.gateway.TestDoor.answer;
import static io.meridian.gateway.TestDoor.await;
import static io.meridian.gateway.TestDoor.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.limits.Bounds;
import io.meridian.limits.LimitSettings;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much one caller, and those who are slow, have of a node: calls under way, bytes, sockets. */
class SharesTest {
    private static final int MIB = 1024 * 1024;

    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    private static void until(BooleanSupplier holds) {
        Awaitility.await().atMost(BOUND).until(holds::getAsBoolean);
    }

    private int status(String path, String from) {
        return await(door.get(path, from)).status();
    }

    @Test
    void slowBodiesOfStrangersTakeNobodysPlace() {
        door.serve(new LimitSettings(true, STANDARD.rates(), 100, 1_000, 2));
        List<NetSocket> slow = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            slow.add(door.slowBody("203.0.113." + i, 100));
        }
        until(() -> door.protection.held().bytes() == 1_000);
        assertThat(door.protection.calls().get()).isZero();
        assertThat(status("/api/quick", "203.0.113.99")).isEqualTo(204);

        slow.forEach(socket -> await(socket.close()));
        until(() -> door.protection.exchanges().get() == 0);
        assertThat(door.protection.held().bytes()).isZero();
        assertThat(door.protection.callsOfOne().size()).isZero();
    }

    @Test
    void oneAddressHasSoManyCallsUnderWaySlowBodiesIncluded() {
        door.serve(STANDARD.with(new Bounds(1_000, 1_000, 1_000, 2, 100, 64 * MIB)));
        door.slowBody("203.0.113.1", 1);
        Future<TestDoor.Got> slow = door.get("/api/slow", "203.0.113.1");
        until(() -> door.protection.exchanges().get() == 2);
        TestDoor.Got refused = await(door.get("/api/quick", "203.0.113.1"));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body().getString("code")).isEqualTo("rate_limited");
        assertThat(refused.retryAfter()).isEqualTo("1");
        assertThat(refused.body().getLong("retryAfterMs")).isEqualTo(1_000);
        assertThat(status("/api/quick", "203.0.113.2")).isEqualTo(204);
        for (int i = 0; i < 5; i++) {
            door.get("/api/slow", "127.0.0.1");
        }
        until(() -> door.protection.exchanges().get() == 7);

        door.answerAll();
        assertThat(await(slow).status()).isEqualTo(204);
        assertThat(status("/api/quick", "203.0.113.1")).isEqualTo(204);
    }

    @Test
    void oneUserHasSoManyCallsUnderWayFromWherever() {
        door.serve(STANDARD.with(new Bounds(1_000, 1_000, 1_000, 200, 2, 64 * MIB)));
        List<Future<TestDoor.Got>> slow =
                List.of(door.get("/api/of/ann", "203.0.113.1"), door.get("/api/of/ann", "203.0.113.2"));
        until(() -> door.protection.calls().get() == 2);
        assertThat(status("/api/of/ann", "203.0.113.3")).isEqualTo(429);
        Future<TestDoor.Got> bobs = door.get("/api/of/bob", "203.0.113.3");
        until(() -> door.protection.calls().get() == 3);

        door.answerAll();
        slow.forEach(call -> assertThat(await(call).status()).isEqualTo(204));
        assertThat(await(bobs).status()).isEqualTo(204);
        until(() -> door.protection.callsOfOne().size() == 0);
    }

    @Test
    void bodiesThatComeSlowlyAreBoundedInBytesForOneAddressAndForTheNode() {
        door.serve(STANDARD.with(new Bounds(1_000, 1_000, 1_000, 200, 100, 8 * MIB)));
        int part = 60_000;
        int share = 2 * MIB / part;
        for (int address = 1; address <= 4; address++) {
            for (int i = 0; i < share; i++) {
                door.slowBody("203.0.113." + address, part);
            }
        }
        until(() -> door.protection.held().bytes() == 4L * share * part);
        assertThat(answer(door.slowBody("203.0.113.1", part)))
                .contains("429 Too Many Requests")
                .containsIgnoringCase("connection: close");
        int rest = (8 * MIB - 4 * share * part) / part;
        for (int i = 0; i < rest; i++) {
            door.slowBody("203.0.113.9", part);
        }
        until(() -> door.protection.held().bytes() == (4L * share + rest) * part);
        assertThat(answer(door.slowBody("203.0.113.9", part)))
                .contains("503 Service Unavailable")
                .containsIgnoringCase("connection: close");
        assertThat(status("/api/quick", "203.0.113.9")).isEqualTo(204);
    }

    @Test
    void answersThatAreNotReadCountUntilTheyAreOrTheirSocketIsClosed() {
        door.serve(STANDARD.with(new Bounds(1_000, 1_000, 1_000, 200, 100, 64 * MIB)));
        NetSocket one = door.unread("203.0.113.1");
        until(() -> door.protection.held().bytes() == LARGE_ANSWER);
        assertThat(status("/api/page", "203.0.113.1")).as("it had its quarter").isEqualTo(429);
        assertThat(status("/api/quick", "203.0.113.1")).isEqualTo(204);
        List<NetSocket> others =
                List.of(door.unread("203.0.113.2"), door.unread("203.0.113.3"), door.unread("203.0.113.4"));
        until(() -> door.protection.held().bytes() == 4L * LARGE_ANSWER);
        assertThat(status("/api/page", "203.0.113.5"))
                .as("the node has what it can")
                .isEqualTo(503);

        others.forEach(socket -> await(socket.close()));
        until(() -> door.protection.held().bytes() == LARGE_ANSWER);
        one.handler(bytes -> {
            // read at last
        });
        one.resume();
        until(() -> door.protection.held().bytes() == 0);

        door.unread("203.0.113.6");
        until(() -> door.protection.held().bytes() == LARGE_ANSWER);
        door.tick(Connections.UNREAD_MS - 1);
        assertThat(door.protection.held().bytes()).isEqualTo(LARGE_ANSWER);
        door.tick(Connections.UNREAD_MS);
        until(() -> door.protection.held().bytes() == 0);
    }

    @Test
    void connectionsOfOneAddressAreBounded() {
        String address = "203.0.113.1";
        door.serve(STANDARD.with(new Bounds(1_000, 3, 1_000, 200, 100, 64 * MIB)), address);
        List<NetSocket> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(door.socket("GET"));
        }
        until(() -> door.protection.connections().get() == 3);
        TestDoor.Got refused = await(door.get("/api/quick", address));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.connection()).isEqualTo("close");
        assertThat(refused.body().getString("detail")).contains("connections");
        TestDoor.Got health = await(door.get("/health", address));
        assertThat(health.status()).isEqualTo(204);
        assertThat(health.connection()).isEqualTo("close");
        UpgradeRejectedException upgrade = door.refusals(address, 1).get(0);
        assertThat(upgrade.getStatus()).isEqualTo(429);
        assertThat(upgrade.getHeaders().get("Retry-After")).isEqualTo("5");
        until(() -> door.protection.connectionsOfOne().of(address) == 3);
        for (int i = 0; i < 50; i++) {
            open.add(door.socket(""));
        }
        until(() -> door.protection.connectionsOfOne().of(address) == 3 + 16);

        open.forEach(NetSocket::close);
        until(() -> door.protection.connectionsOfOne().size() == 0);
        assertThat(status("/api/quick", address)).isEqualTo(204);
    }

    @Test
    void aSocketWithoutAWholeHeadIsClosedWhateverItSends() {
        door.serve(STANDARD);
        List<NetSocket> slow =
                List.of(door.socket(""), door.socket("GET /api/qu"), door.socket("GET / HTTP/1.1\r\nHost: x\r\nA: "));
        NetSocket asked = door.socket(head("GET /api/slow", "203.0.113.1", ""));
        WebSocket live = await(door.connect("203.0.113.1"));
        NetSocket answered = door.socket(head("GET /api/quick", "203.0.113.1", ""));
        assertThat(answer(answered)).contains("204");
        until(() -> door.protection.calls().get() == 1
                && door.protection.connections().get() == 6);
        door.tick(Connections.FIRST_HEAD_MS - 1);
        slow.forEach(socket -> await(socket.write("x")));
        assertThat(door.protection.connections().get()).isEqualTo(6);

        door.tick(Connections.FIRST_HEAD_MS);
        until(() -> door.protection.connections().get() == 3);
        await(answered.write("GET /"));
        door.tick(Connections.NEXT_HEAD_MS - 1);
        assertThat(door.protection.connections().get()).isEqualTo(3);
        door.tick(Connections.NEXT_HEAD_MS);
        until(() -> door.protection.connections().get() == 2);
        door.tick(100 * Connections.NEXT_HEAD_MS);
        door.answerAll();
        assertThat(answer(asked)).contains("204");
        await(live.writePing(Buffer.buffer("still")));
        assertThat(door.protection.connections().get()).isEqualTo(2);
    }
}
