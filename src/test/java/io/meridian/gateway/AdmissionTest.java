package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.limits.ClientAddresses;
import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is let in, over real sockets; what is behind the door here only answers. */
class AdmissionTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final LimitSettings STANDARD = LimitSettings.standard(10_000);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong nanos = new AtomicLong();
    private final HttpClient http =
            vertx.createHttpClient(new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(500));
    private final WebSocketClient sockets =
            vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(500));
    private final List<Promise<Void>> held = new ArrayList<>();
    private Protection protection;
    private HttpServer server;

    private void serve(LimitSettings limits) {
        protection = new Protection(
                new ProtectionSettings(limits, new ClientAddresses(List.of("127.0.0.0/8")), DrainSettings.DEFAULTS),
                nanos::get);
        Connections connections = new Connections(protection);
        Admission admission = new Admission(protection, connections);
        Router router = Router.router(vertx);
        router.route("/api/*").handler(admission::call);
        router.get("/connect")
                .handler(context -> admission
                        .live(context)
                        .onSuccess(in -> context.request().toWebSocket())
                        .onFailure(failure -> Api.write(context.response(), Problem.answer(Problem.refusal(failure)))));
        router.get("/api/quick").handler(context -> context.end());
        router.get("/api/slow").handler(context -> {
            Promise<Void> answer = Promise.promise();
            synchronized (held) {
                held.add(answer);
            }
            answer.future().onSuccess(done -> context.end());
        });
        server = await(vertx.createHttpServer(GatewayVerticle.options())
                .connectionHandler(connections::opened)
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UpgradeRejectedException refused) {
                throw refused;
            }
            throw new AssertionError(e);
        }
    }

    private record Got(int status, String retryAfter, String connection, JsonObject body) {}

    private Future<Got> get(String path, String from) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("127.0.0.1")
                .setPort(server.actualPort())
                .setURI(path)
                .addHeader("X-Forwarded-For", from);
        // within: an answer that comes before anybody listens is lost
        return http.request(options).compose(request -> request.send().compose(AdmissionTest::got));
    }

    private static Future<Got> got(HttpClientResponse response) {
        return response.body()
                .map(body -> new Got(
                        response.statusCode(),
                        response.getHeader("Retry-After"),
                        response.getHeader("Connection"),
                        body.length() == 0 ? new JsonObject() : body.toJsonObject()));
    }

    private Future<WebSocket> connect(String from) {
        return sockets.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(server.actualPort())
                        .setURI("/connect")
                        .addHeader("X-Forwarded-For", from))
                .map(socket -> socket);
    }

    /** So many connects, one after the other: the statuses of those refused. */
    private List<UpgradeRejectedException> refusals(String from, int connects) {
        List<UpgradeRejectedException> refused = new ArrayList<>();
        for (int i = 0; i < connects; i++) {
            try {
                await(connect(from));
            } catch (UpgradeRejectedException e) {
                refused.add(e);
            }
        }
        return refused;
    }

    private static void says(UpgradeRejectedException refused, int status, String code) {
        assertThat(refused.getStatus()).isEqualTo(status);
        assertThat(refused.getHeaders().get("Retry-After")).matches("[1-9][0-9]*");
        assertThat(refused.getHeaders().get("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.getBody().toJsonObject().getString("code")).isEqualTo(code);
    }

    @Test
    void anAddressThatConnectsTooOftenIsToldToWaitAndNobodyElse() {
        serve(STANDARD.with(Limit.ADDRESS_CONNECTS, new Rate(5, 10)));
        List<UpgradeRejectedException> refused = refusals("203.0.113.1", 15);
        assertThat(refused).hasSize(5);
        refused.forEach(one -> says(one, 429, "rate_limited"));
        assertThat(refusals("203.0.113.2", 10)).isEmpty();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(refusals("203.0.113.1", 6)).hasSize(1);
    }

    @Test
    void anAddressOfThisMachineIsExempt() {
        serve(STANDARD.with(Limit.ADDRESS_CONNECTS, new Rate(5, 10)));
        assertThat(refusals("127.0.0.1", 30)).isEmpty();
    }

    @Test
    void aNodeTakesSoManyConnectsAndNoMore() {
        serve(STANDARD.with(Limit.NODE_CONNECTS, new Rate(5, 10)));
        List<UpgradeRejectedException> refused = refusals("127.0.0.1", 12);
        assertThat(refused).hasSize(2);
        refused.forEach(one -> says(one, 503, "overloaded"));
    }

    @Test
    void connectionsAreBoundedAndCountedUntilTheyEnd() {
        serve(new LimitSettings(true, STANDARD.rates(), 100, 3, 1_000));
        List<WebSocket> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(await(connect("203.0.113." + i)));
        }
        assertThat(protection.connections().get()).isEqualTo(3);
        says(refusals("203.0.113.9", 1).get(0), 503, "overloaded");
        Got call = await(get("/api/quick", "203.0.113.9"));
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.connection()).isEqualTo("close");

        open.forEach(socket -> await(socket.close()));
        Awaitility.await().atMost(BOUND).until(() -> protection.connections().get() == 0);
        assertThat(refusals("203.0.113.9", 2)).isEmpty();
    }

    @Test
    void socketsFarOverTheBoundAreClosedWithoutAWord() {
        serve(new LimitSettings(true, STANDARD.rates(), 100, 3, 1_000));
        for (int i = 0; i < 300; i++) {
            await(vertx.createNetClient().connect(server.actualPort(), "127.0.0.1"));
        }
        Awaitility.await().atMost(BOUND).until(() -> protection.connections().get() == 3 + 256);
    }

    @Test
    void callsUnderWayAreBounded() {
        serve(new LimitSettings(true, STANDARD.rates(), 100, 1_000, 2));
        List<Future<Got>> slow = List.of(get("/api/slow", "203.0.113.1"), get("/api/slow", "203.0.113.2"));
        Awaitility.await().atMost(BOUND).until(() -> protection.calls().get() == 2);
        Got refused = await(get("/api/quick", "203.0.113.3"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.retryAfter()).isEqualTo("1");
        assertThat(refused.body().getString("code")).isEqualTo("overloaded");
        synchronized (held) {
            held.forEach(Promise::complete);
        }
        slow.forEach(call -> assertThat(await(call).status()).isEqualTo(200));
        assertThat(await(get("/api/quick", "203.0.113.3")).status()).isEqualTo(200);
        assertThat(protection.calls().get()).isZero();
    }

    @Test
    void aCallWhoseConnectionBreaksIsNotCountedForEver() {
        serve(new LimitSettings(true, STANDARD.rates(), 100, 1_000, 2));
        NetSocket socket = await(vertx.createNetClient().connect(server.actualPort(), "127.0.0.1"));
        await(socket.write("GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\n"));
        Awaitility.await().atMost(BOUND).until(() -> protection.calls().get() == 1);
        await(socket.close());
        Awaitility.await().atMost(BOUND).until(() -> protection.calls().get() == 0);
    }

    @Test
    void anAddressThatCallsTooOftenIsToldToWait() {
        serve(STANDARD.with(Limit.ADDRESS_CALLS, new Rate(1, 3)));
        for (int i = 0; i < 3; i++) {
            assertThat(await(get("/api/quick", "203.0.113.1")).status()).isEqualTo(200);
        }
        Got refused = await(get("/api/quick", "203.0.113.1"));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.retryAfter()).isEqualTo("1");
        assertThat(await(get("/api/quick", "203.0.113.2")).status()).isEqualTo(200);
    }

    @Test
    void aNodeThatDrainsLetsNobodyInButAnswersWhoIsIn() {
        serve(STANDARD);
        assertThat(await(get("/api/quick", "127.0.0.1")).connection()).isNull();
        await(protection.drain().begin());
        says(refusals("127.0.0.1", 1).get(0), 503, "overloaded");
        Got onOldConnection = await(get("/api/quick", "127.0.0.1"));
        assertThat(onOldConnection.status()).isEqualTo(200);
        assertThat(onOldConnection.connection()).isEqualTo("close");
        Got onNewConnection = await(get("/api/quick", "127.0.0.1"));
        assertThat(onNewConnection.status()).isEqualTo(503);
        assertThat(onNewConnection.retryAfter()).isEqualTo("1");
        assertThat(onNewConnection.connection()).isEqualTo("close");
    }

    @Test
    void nothingIsLimitedWhenLimitsAreOff() {
        serve(new LimitSettings(
                false,
                STANDARD.with(Limit.NODE_CONNECTS, new Rate(1, 1))
                        .with(Limit.ADDRESS_CONNECTS, new Rate(1, 1))
                        .with(Limit.ADDRESS_CALLS, new Rate(1, 1))
                        .rates(),
                100,
                1,
                1));
        assertThat(refusals("203.0.113.1", 20)).isEmpty();
        for (int i = 0; i < 20; i++) {
            assertThat(await(get("/api/quick", "203.0.113.1")).status()).isEqualTo(200);
        }
    }
}
