package io.meridian.gateway;

import static io.meridian.gateway.TestDoor.BOUND;
import static io.meridian.gateway.TestDoor.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import io.vertx.core.Future;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is let in, over real sockets; what is behind the door here only answers. */
class AdmissionTest {
    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    private static void says(UpgradeRejectedException refused, int status, String code) {
        assertThat(refused.getStatus()).isEqualTo(status);
        assertThat(refused.getHeaders().get("Retry-After")).matches("[1-9][0-9]*");
        assertThat(refused.getHeaders().get("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.getBody().toJsonObject().getString("code")).isEqualTo(code);
    }

    @Test
    void anAddressThatConnectsTooOftenIsToldToWaitAndNobodyElse() {
        door.serve(TestDoor.STANDARD.with(Limit.ADDRESS_CONNECTS, new Rate(5, 10)));
        List<UpgradeRejectedException> refused = door.refusals("203.0.113.1", 15);
        assertThat(refused).hasSize(5);
        refused.forEach(one -> says(one, 429, "rate_limited"));
        assertThat(door.refusals("203.0.113.2", 10)).isEmpty();
        door.nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(door.refusals("203.0.113.1", 6)).hasSize(1);
    }

    @Test
    void anAddressOfThisMachineIsExempt() {
        door.serve(TestDoor.STANDARD.with(Limit.ADDRESS_CONNECTS, new Rate(5, 10)));
        assertThat(door.refusals("127.0.0.1", 30)).isEmpty();
    }

    @Test
    void aNodeTakesSoManyConnectsAndNoMore() {
        door.serve(TestDoor.STANDARD.with(Limit.NODE_CONNECTS, new Rate(5, 10)));
        List<UpgradeRejectedException> refused = door.refusals("127.0.0.1", 12);
        assertThat(refused).hasSize(2);
        refused.forEach(one -> says(one, 503, "overloaded"));
    }

    @Test
    void connectionsAreBoundedAndCountedUntilTheyEnd() {
        door.serve(new LimitSettings(true, TestDoor.STANDARD.rates(), 100, 3, 1_000));
        List<WebSocket> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(await(door.connect("203.0.113." + i)));
        }
        assertThat(door.protection.connections().get()).isEqualTo(3);
        says(door.refusals("203.0.113.9", 1).get(0), 503, "overloaded");
        TestDoor.Got call = await(door.get("/api/quick", "203.0.113.9"));
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.connection()).isEqualTo("close");

        open.forEach(socket -> await(socket.close()));
        Awaitility.await()
                .atMost(BOUND)
                .until(() -> door.protection.connections().get() == 0);
        assertThat(door.refusals("203.0.113.9", 2)).isEmpty();
    }

    @Test
    void socketsFarOverTheBoundAreClosedWithoutAWord() {
        door.serve(new LimitSettings(true, TestDoor.STANDARD.rates(), 100, 3, 1_000));
        for (int i = 0; i < 300; i++) {
            door.socket("");
        }
        Awaitility.await()
                .atMost(BOUND)
                .until(() -> door.protection.connections().get() == 3 + 256);
    }

    @Test
    void callsUnderWayAreBounded() {
        door.serve(new LimitSettings(true, TestDoor.STANDARD.rates(), 100, 1_000, 2));
        List<Future<TestDoor.Got>> slow =
                List.of(door.get("/api/slow", "203.0.113.1"), door.get("/api/slow", "203.0.113.2"));
        Awaitility.await().atMost(BOUND).until(() -> door.protection.calls().get() == 2);
        TestDoor.Got refused = await(door.get("/api/quick", "203.0.113.3"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.retryAfter()).isEqualTo("1");
        assertThat(refused.body().getString("code")).isEqualTo("overloaded");
        door.answerAll();
        slow.forEach(call -> assertThat(await(call).status()).isEqualTo(204));
        assertThat(await(door.get("/api/quick", "203.0.113.3")).status()).isEqualTo(204);
        assertThat(door.protection.calls().get()).isZero();
    }

    @Test
    void aCallWhoseConnectionBreaksIsNotCountedForEver() {
        door.serve(new LimitSettings(true, TestDoor.STANDARD.rates(), 100, 1_000, 2));
        NetSocket socket = door.socket(TestDoor.head("GET /api/slow", "203.0.113.1", ""));
        Awaitility.await().atMost(BOUND).until(() -> door.protection.calls().get() == 1);
        await(socket.close());
        Awaitility.await().atMost(BOUND).until(() -> door.protection.calls().get() == 0);
        assertThat(door.protection.exchanges().get()).isZero();
        assertThat(door.protection.callsOfOne().size()).isZero();
    }

    @Test
    void anAddressThatCallsTooOftenIsToldToWait() {
        door.serve(TestDoor.STANDARD.with(Limit.ADDRESS_CALLS, new Rate(1, 3)));
        for (int i = 0; i < 3; i++) {
            assertThat(await(door.get("/api/quick", "203.0.113.1")).status()).isEqualTo(204);
        }
        TestDoor.Got refused = await(door.get("/api/quick", "203.0.113.1"));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.retryAfter()).isEqualTo("1");
        assertThat(await(door.get("/api/quick", "203.0.113.2")).status()).isEqualTo(204);
    }

    @Test
    void aNodeThatDrainsLetsNobodyInButAnswersWhoIsIn() {
        door.serve(TestDoor.STANDARD);
        assertThat(await(door.get("/api/quick", "127.0.0.1")).connection()).isNull();
        await(door.protection.drain().begin());
        says(door.refusals("127.0.0.1", 1).get(0), 503, "overloaded");
        TestDoor.Got onOldConnection = await(door.get("/api/quick", "127.0.0.1"));
        assertThat(onOldConnection.status()).isEqualTo(204);
        assertThat(onOldConnection.connection()).isEqualTo("close");
        TestDoor.Got onNewConnection = await(door.get("/api/quick", "127.0.0.1"));
        assertThat(onNewConnection.status()).isEqualTo(503);
        assertThat(onNewConnection.retryAfter()).isEqualTo("1");
        assertThat(onNewConnection.connection()).isEqualTo("close");
    }

    @Test
    void nothingIsLimitedWhenLimitsAreOff() {
        door.serve(new LimitSettings(
                false,
                TestDoor.STANDARD
                        .with(Limit.NODE_CONNECTS, new Rate(1, 1))
                        .with(Limit.ADDRESS_CONNECTS, new Rate(1, 1))
                        .with(Limit.ADDRESS_CALLS, new Rate(1, 1))
                        .rates(),
                100,
                1,
                1));
        assertThat(door.refusals("203.0.113.1", 20)).isEmpty();
        for (int i = 0; i < 20; i++) {
            assertThat(await(door.get("/api/quick", "203.0.113.1")).status()).isEqualTo(204);
        }
    }
}
