package io.meridian.gateway;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.HintTaken;
import io.meridian.bus.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** One gateway: the HTTP API and the live connections of one event loop. A node has as many as it has cores to give. */
public final class GatewayVerticle extends VerticleBase {
    private static final long TICK_MS = 1_000;
    /** At most one trim a device, and one notice a conversation, in 100 ms. */
    private static final long FLUSH_MS = 100;

    private static final long REMIND_MS = 200;
    private static final long COMPARE_MS = 5_000;
    /** Tokens of outside issuers travel in the request line. */
    private static final int MAX_REQUEST_LINE = 16 * 1024;
    /** A live connection sends something every 60 s; longer silence is a connection nobody uses. */
    private static final Duration IDLE = Duration.ofSeconds(90);

    /** Partitions go over within 2 s of an orderly stop, and so do clients. */
    private static final Duration STOP = Duration.ofSeconds(1);

    private final GatewayResources resources;
    private final String gateway;
    private final List<Subscription> consumers = new ArrayList<>();
    private final List<Long> timers = new ArrayList<>();
    private final Sessions sessions = new Sessions();
    private Commands commands;
    private ReadFanout readFanout;
    private HttpServer server;

    /** {@code instance}: 0 and up, unique in the node; the gateway's id is {@code <node>/<instance>}. */
    public GatewayVerticle(GatewayResources resources, int instance) {
        this.resources = resources;
        this.gateway = resources.settings().node() + "/" + instance;
    }

    @Override
    public Future<?> start() {
        GatewaySettings settings = resources.settings();
        Timers delays = new Timers(vertx, new SplittableRandom(resources.clock().millis() ^ gateway.hashCode()));
        Facts facts = new Facts(resources.conversations(), resources.users());
        commands = new Commands(gateway, resources.commandLog(), resources.clock(), settings);
        readFanout = new ReadFanout(resources.conversations(), delays);
        Sends sends = new Sends(facts, commands);
        SessionServices services = new SessionServices(
                settings,
                gateway,
                resources.auth().authenticator(),
                resources.inbox(),
                resources.devices(),
                resources.bus(),
                sends,
                sessions,
                readFanout,
                delays,
                resources.clock(),
                resources.ids());
        server = vertx.createHttpServer(options());
        server.requestHandler(router(facts, sends, services));
        server.exceptionHandler(broken -> {
            // A connection that ended before it was one.
        });
        return listen().compose(listening -> {
            every(TICK_MS, timer -> sessions.tick(resources.clock().millis()));
            every(FLUSH_MS, timer -> {
                sessions.trim();
                readFanout.flush();
            });
            every(REMIND_MS, timer -> commands.tick());
            every(COMPARE_MS, timer -> readFanout.compare());
            return server.listen(settings.port(), settings.host());
        });
    }

    /** Where it listens; 0 until it does. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }

    /**
     * Sessions leave the inbox, so that whoever they belong to is not taken for connected. Calls under way are given a
     * moment for their outcome, which comes by the bus: so the bus is left last.
     */
    @Override
    public Future<?> stop() {
        sessions.closeAll(CloseCode.GOING_AWAY, "this node stops");
        return server.shutdown(STOP.toMillis(), TimeUnit.MILLISECONDS).transform(stopped -> {
            timers.forEach(vertx::cancelTimer);
            return Future.join(consumers.stream().map(Subscription::end).toList());
        });
    }

    private Future<?> listen() {
        Bus bus = resources.bus();
        consumers.add(bus.listen(Addresses.replies(gateway), commands::replies));
        consumers.add(bus.listen(Addresses.sessions(gateway), sessions::notice));
        consumers.add(bus.listen(Addresses.HEADS, readFanout::moved));
        consumers.add(bus.listen(Addresses.READS, sessions::read));
        consumers.add(bus.answer(Addresses.hints(gateway), hint -> {
            sessions.hint(hint);
            return Future.succeededFuture(new HintTaken());
        }));
        return Future.all(consumers.stream().map(Subscription::ready).toList());
    }

    private Router router(Facts facts, Sends sends, SessionServices services) {
        Router router = Router.router(vertx);
        new WebSocketEndpoint(services).mount(router);
        Api api = new Api(router, resources.auth().authenticator());
        CommandCalls calls = new CommandCalls(commands, facts, resources.ids());
        ConversationViews views = new ConversationViews(resources.conversations(), facts);
        new AuthRoutes(resources.auth().accounts(), resources.auth().jwks()).mount(api);
        new UserRoutes(resources.users()).mount(api);
        new ConversationRoutes(resources.conversations(), views, calls, facts).mount(api);
        new MemberRoutes(views, calls, facts).mount(api);
        new MessageRoutes(resources, sends, calls, facts).mount(api);
        new SyncRoutes(resources, facts, services).mount(api);
        new DeviceRoutes(resources).mount(api);
        new HealthRoutes(resources.dependencies(), resources.clock()).mount(api);
        api.mountTheRest();
        return router;
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setReusePort(false)
                .setTcpNoDelay(true)
                .setIdleTimeout((int) IDLE.toSeconds())
                .setMaxInitialLineLength(MAX_REQUEST_LINE)
                .setMaxHeaderSize(MAX_REQUEST_LINE)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                // Above what is taken: the decoder ends a longer frame with bytes unread, and the reset that follows
                // eats the 1009.
                .setMaxWebSocketFrameSize(4 * WebSocketTransport.MAX_MESSAGE)
                .setMaxWebSocketMessageSize(WebSocketTransport.MAX_MESSAGE)
                .setWebSocketSubProtocols(List.of(WebSocketEndpoint.SUBPROTOCOL))
                // Compression contexts would cost some 100 KB a connection.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    private void every(long periodMs, Handler<Long> action) {
        timers.add(vertx.setPeriodic(periodMs, action));
    }
}
