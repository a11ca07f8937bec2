package io.meridian.gateway;

import io.meridian.auth.Principal;
import io.meridian.limits.ClientAddresses;
import io.meridian.limits.LimitSettings;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.vertx.core.Context;
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
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway's door over real sockets, with nothing behind it but answers; time is the test's. */
final class TestDoor implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(20);
    static final LimitSettings STANDARD = LimitSettings.standard(10_000);
    /** More than the system's own buffers take of it. */
    static final int LARGE_ANSWER = 16 * 1024 * 1024;

    final AtomicLong nanos = new AtomicLong();
    Protection protection;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong millis = new AtomicLong();
    private final HttpClient http =
            vertx.createHttpClient(new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(500));
    private final WebSocketClient sockets =
            vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(500));
    /** Kept: one that nobody refers to is closed with all its sockets. */
    private final NetClient client = vertx.createNetClient();

    private final NetClient slowClient = vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(8 * 1024));
    private final List<Promise<Void>> held = new ArrayList<>();
    private Connections connections;
    private Context loop;
    private HttpServer server;

    /** Requests come from whom {@code X-Forwarded-For} says, sockets from a proxy. */
    void serve(LimitSettings limits) {
        serve(limits, null);
    }

    /** {@code socketsOf}: the address of every socket. */
    void serve(LimitSettings limits, String socketsOf) {
        protection = new Protection(
                new ProtectionSettings(limits, new ClientAddresses(List.of("127.0.0.0/8")), DrainSettings.DEFAULTS),
                nanos::get);
        connections = new Connections(protection, socket -> Optional.ofNullable(socketsOf), millis::get);
        Router router = router(new Admission(protection, connections));
        loop = vertx.getOrCreateContext();
        Promise<HttpServer> listening = Promise.promise();
        loop.runOnContext(go -> vertx.createHttpServer(GatewayVerticle.options())
                .connectionHandler(connections::opened)
                .requestHandler(request -> {
                    connections.asked(request);
                    router.handle(request);
                })
                .listen(0, "127.0.0.1")
                .onComplete(listening));
        server = await(listening.future());
    }

    private Router router(Admission admission) {
        Router router = Router.router(vertx);
        router.route().handler(connections::route);
        router.route().handler(admission::route);
        Api api = new Api(router, null, protection.rates());
        api.free(HttpMethod.GET, "/health", () -> Future.succeededFuture(Answer.noContent()));
        router.get("/connect")
                .handler(context -> admission
                        .live(context)
                        .onSuccess(in -> context.request().toWebSocket())
                        .onFailure(failure -> Api.write(context.response(), Problem.answer(Problem.refusal(failure)))));
        router.route().handler(admission::call);
        api.open(HttpMethod.GET, "/api/quick", call -> Future.succeededFuture(Answer.noContent()));
        api.open(HttpMethod.POST, "/api/body", call -> Future.succeededFuture(Answer.noContent()));
        api.open(HttpMethod.GET, "/api/slow", call -> later());
        api.open(HttpMethod.GET, "/api/page", call -> {
            call.exchange().room();
            return Future.succeededFuture(new Answer(200, "text/plain", new byte[LARGE_ANSWER], Map.of()));
        });
        router.get("/api/of/:user").handler(context -> {
            try {
                Exchange.of(context)
                        .begin(new Principal(new UserId(context.pathParam("user")), Instant.MAX, Instant.EPOCH, null));
                later().onSuccess(answer -> Api.write(context.response(), answer));
            } catch (RefusedException e) {
                Api.write(context.response(), Problem.answer(e));
            }
        });
        return router;
    }

    private Future<Answer> later() {
        Promise<Void> answer = Promise.promise();
        synchronized (held) {
            held.add(answer);
        }
        return answer.future().map(done -> Answer.noContent());
    }

    /** What was slow so far is answered. */
    void answerAll() {
        synchronized (held) {
            held.forEach(Promise::tryComplete);
        }
    }

    /** What the gateway does once a second. */
    void tick(long nowMs) {
        Promise<Void> done = Promise.promise();
        millis.set(nowMs);
        loop.runOnContext(go -> {
            connections.tick(nowMs);
            done.complete();
        });
        await(done.future());
    }

    static <T> T await(Future<T> future) {
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

    record Got(int status, String retryAfter, String connection, JsonObject body) {}

    Future<Got> get(String path, String from) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("127.0.0.1")
                .setPort(server.actualPort())
                .setURI(path)
                .addHeader("X-Forwarded-For", from);
        // within: an answer that comes before anybody listens is lost
        return http.request(options).compose(request -> request.send().compose(TestDoor::got));
    }

    private static Future<Got> got(HttpClientResponse response) {
        return response.body()
                .map(body -> new Got(
                        response.statusCode(),
                        response.getHeader("Retry-After"),
                        response.getHeader("Connection"),
                        response.statusCode() < 400 ? new JsonObject() : body.toJsonObject()));
    }

    Future<WebSocket> connect(String from) {
        return sockets.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(server.actualPort())
                        .setURI("/connect")
                        .addHeader("X-Forwarded-For", from))
                .map(socket -> socket);
    }

    /** So many connects, one after the other: the statuses of those refused. */
    List<UpgradeRejectedException> refusals(String from, int connects) {
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

    /** A socket on which this was sent. */
    NetSocket socket(String sent) {
        // paused: what comes before anybody listens is lost
        NetSocket socket =
                await(client.connect(server.actualPort(), "127.0.0.1").onSuccess(NetSocket::pause));
        if (!sent.isEmpty()) {
            await(socket.write(sent));
        }
        return socket;
    }

    static String head(String line, String from, String more) {
        return line + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + from + "\r\n" + more + "\r\n";
    }

    /** A body of which all but a byte comes. */
    NetSocket slowBody(String from, int bytes) {
        return socket(head("POST /api/body", from, "Content-Length: " + (bytes + 1) + "\r\n") + " ".repeat(bytes));
    }

    /** Asks for a large answer and reads nothing of it. */
    NetSocket unread(String from) {
        NetSocket socket = await(slowClient.connect(server.actualPort(), "127.0.0.1"));
        socket.pause();
        await(socket.write(head("GET /api/page", from, "")));
        return socket;
    }

    /** The head of the next answer on a socket. */
    static String answer(NetSocket socket) {
        Promise<String> answer = Promise.promise();
        StringBuilder text = new StringBuilder();
        socket.handler(bytes -> {
            text.append(bytes);
            if (text.indexOf("\r\n\r\n") > 0) {
                answer.tryComplete(text.toString());
            }
        });
        socket.resume();
        return await(answer.future());
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
