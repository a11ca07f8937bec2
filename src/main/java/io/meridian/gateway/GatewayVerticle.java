package io.meridian.gateway;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.HintTaken;
import io.meridian.bus.Subscription;
import io.meridian.conversation.Additions;
import io.meridian.conversation.CommandCalls;
import io.meridian.conversation.Commands;
import io.meridian.conversation.Creations;
import io.meridian.conversation.Facts;
import io.meridian.conversation.RatedSends;
import io.meridian.conversation.SendLimits;
import io.meridian.conversation.Sends;
import io.meridian.conversation.Submissions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
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
    private final int instance;
    private final String gateway;
    private final List<Subscription> consumers = new ArrayList<>();
    private final List<Long> timers = new ArrayList<>();
    private final Sessions sessions = new Sessions();
    private Commands commands;
    private ReadFanout readFanout;
    private SockJsEndpoint sockJs;
    private HttpServer server;

    /** {@code instance}: 0 and up, unique in the node; the gateway's id is {@code <node>/<instance>}. */
    public GatewayVerticle(GatewayResources resources, int instance) {
        this.resources = resources;
        this.instance = instance;
        this.gateway = resources.settings().node() + "/" + instance;
    }

    @Override
    public Future<?> start() {
        GatewaySettings settings = resources.settings();
        Timers delays = new Timers(vertx, new SplittableRandom(resources.clock().millis() ^ gateway.hashCode()));
        Facts facts = new Facts(resources.conversations(), resources.users());
        commands = new Commands(gateway, resources.commandLog(), resources.clock(), settings.commands());
        readFanout = new ReadFanout(resources.conversations(), delays);
        Protection protection = resources.protection();
        SendLimits limits = RatedSends.of(protection.rates(), resources.conversations());
        Submissions submissions = new Submissions(commands, facts, limits);
        Sends sends = new Sends(submissions);
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
                resources.ids(),
                protection);
        CommandCalls calls = new CommandCalls(submissions, resources.ids());
        Connections connections = new Connections(protection, resources.clock()::millis);
        server = vertx.createHttpServer(options());
        server.connectionHandler(connections::opened);
        Router router = router(facts, sends, services, calls, connections);
        server.requestHandler(request -> {
            connections.asked(request);
            router.handle(request);
        });
        server.invalidRequestHandler(HttpRules::refuse);
        server.exceptionHandler(broken -> {
            // A connection that ended before it was one.
        });
        protection
                .drain()
                .join(() -> Future.future(done -> context.runOnContext(
                        run -> new GatewayDrain(sessions, protection, delays, resources.clock()::millis)
                                .begin()
                                .onComplete(done))));
        return listen().compose(listening -> {
            every(TICK_MS, timer -> {
                sessions.tick(resources.clock().millis(), resources.inbox().generation(), delays);
                sockJs.tick(resources.clock().millis());
                connections.tick(resources.clock().millis());
            });
            every(FLUSH_MS, timer -> {
                sessions.trim();
                readFanout.flush();
            });
            every(REMIND_MS, timer -> commands.tick());
            every(COMPARE_MS, timer -> readFanout.compare());
            shareLimits();
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

    private Router router(
            Facts facts, Sends sends, SessionServices services, CommandCalls calls, Connections connections) {
        Protection protection = resources.protection();
        Admission admission = new Admission(protection, connections);
        Router router = Router.router(vertx);
        router.route().handler(connections::route);
        router.route().handler(admission::route);
        router.route().handler(HttpRules::check);
        Api api = new Api(router, resources.auth().authenticator(), protection.rates());
        new HealthRoutes(resources.dependencies(), resources.clock(), protection.drain()::begun).mount(api);
        WebSocketEndpoint webSockets = new WebSocketEndpoint(services, admission);
        webSockets.mount(router);
        sockJs = new SockJsEndpoint(vertx, services, webSockets, admission);
        sockJs.mountLive(router);
        // What stands above is let in in its own way; everything else counts as a call, whether it is there or not.
        router.route().handler(admission::call);
        sockJs.mountRest(router);
        ConversationViews views = new ConversationViews(resources.conversations(), facts);
        new AuthRoutes(resources.auth().accounts(), resources.auth().jwks(), new LoginLimits(protection)).mount(api);
        new UserRoutes(resources.users()).mount(api);
        new ConversationRoutes(resources.conversations(), views, calls, new Creations(calls, facts)).mount(api);
        new MemberRoutes(views, calls, new Additions(resources.conversations(), calls, facts)).mount(api);
        new MessageRoutes(resources, sends, calls, facts).mount(api);
        new SyncRoutes(resources, facts, services).mount(api);
        new DeviceRoutes(resources).mount(api);
        new PageRoutes().mount(router);
        api.mountTheRest();
        return router;
    }

    /** What each session holds now. From any thread. */
    Future<List<SessionGauge>> gauges() {
        Promise<List<SessionGauge>> gauges = Promise.promise();
        context.runOnContext(go -> gauges.complete(sessions.gauges()));
        return gauges.future();
    }

    /** One gateway of a node speaks for all. */
    private void shareLimits() {
        if (instance == 0 && resources.protection().limits().on()) {
            LimitShare share = new LimitShare(
                    resources.bus(),
                    resources.settings().node(),
                    resources.protection().rates());
            consumers.add(share.listen());
            every(LimitShare.EVERY_MS, timer -> share.tell());
        }
    }

    static HttpServerOptions options() {
        return new HttpServerOptions()
                .setReusePort(false)
                .setTcpNoDelay(true)
                .setIdleTimeout((int) IDLE.toSeconds())
                .setMaxInitialLineLength(MAX_REQUEST_LINE)
                .setMaxHeaderSize(MAX_REQUEST_LINE)
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false)
                // Above what is taken, for SockJS quotes its messages within it.
                .setMaxWebSocketFrameSize(4 * Transport.MAX_FRAME)
                .setMaxWebSocketMessageSize(Transport.MAX_FRAME)
                .setWebSocketSubProtocols(List.of(WebSocketEndpoint.SUBPROTOCOL))
                // Compression contexts would cost some 100 KB a connection.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    private void every(long periodMs, Handler<Long> action) {
        timers.add(vertx.setPeriodic(periodMs, action));
    }
}
