package io.meridian.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.util.List;

/**
 * The floor under an idle connection: a process that is nothing but Vert.x WebSockets, with the node's JVM and server options. It
 * answers a hello so that the same client can be used, and echoes everything else.
 */
public final class BareServer {
    private BareServer() {}

    /** Prints its port when it listens; ends when its standard input does. */
    public static void main(String[] arguments) {
        Helper.serve(() -> run(arguments));
    }

    private static void run(String[] arguments) throws IOException {
        int loops = Integer.parseInt(arguments[0]);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops).setPreferNativeTransport(true));
        Listener first = new Listener();
        Crowd.await(vertx.deployVerticle(first));
        if (loops > 1) {
            Crowd.await(vertx.deployVerticle(Listener::new, new DeploymentOptions().setInstances(loops - 1)));
        }
        Helper.listening(first.port());
    }

    private static final class Listener extends VerticleBase {
        private HttpServer server;

        int port() {
            return server.actualPort();
        }

        @Override
        public Future<?> start() {
            server = vertx.createHttpServer(new HttpServerOptions()
                            .setTcpNoDelay(true)
                            .setIdleTimeout(90)
                            .setWebSocketSubProtocols(List.of("meridian.v1"))
                            .setPerFrameWebSocketCompressionSupported(false)
                            .setPerMessageWebSocketCompressionSupported(false))
                    .webSocketHandler(socket -> socket.textMessageHandler(frame -> {
                        if (frame.startsWith("{\"eventType\":\"hello\"")) {
                            socket.writeTextMessage("{\"eventType\":\"ready\",\"inboxComplete\":true}");
                            socket.writeTextMessage("{\"eventType\":\"synced\"}");
                        } else {
                            socket.writeTextMessage(frame);
                        }
                    }));
            return server.listen(Helper.ANY_SHARED_PORT, "127.0.0.1");
        }
    }
}
