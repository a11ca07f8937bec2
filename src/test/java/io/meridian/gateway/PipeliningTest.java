package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Vert.x does, with the gateway's options, for a client that asks on without reading answers: one request at a time. */
class PipeliningTest {
    private static final int REQUESTS = 2_000;
    private static final int ANSWER = 64 * 1024;
    /** The one that is being written, the next one, and a few of whose end the handler hears late; of two thousand. */
    private static final int MOST_UNWRITTEN = 10;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void answersThatAreNotReadHoldBackTheRequestsBehindThem() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger written = new AtomicInteger();
        AtomicInteger mostUnwritten = new AtomicInteger();
        HttpServer server = vertx.createHttpServer(GatewayVerticle.options())
                .requestHandler(request -> {
                    int unwritten = handled.incrementAndGet() - written.get();
                    mostUnwritten.accumulateAndGet(unwritten, Math::max);
                    request.response()
                            .end(Buffer.buffer(new byte[ANSWER]))
                            .onSuccess(done -> written.incrementAndGet());
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(8 * 1024);
            socket.connect(new InetSocketAddress("127.0.0.1", server.actualPort()));
            byte[] request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < REQUESTS; i++) {
                        socket.getOutputStream().write(request);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            // An answer that the system's own buffers don't take any more: from here on the server waits for this
            // client.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> handled.get() * (long) ANSWER > 1 << 20 && handled.get() > written.get());

            byte[] answers = new byte[1024 * 1024];
            while (handled.get() < REQUESTS && socket.getInputStream().read(answers) >= 0) {
                // read on
            }
            asking.join();
            assertThat(handled.get()).isEqualTo(REQUESTS);
            // Whatever came when: two thousand requests were there, and none was begun before the answer to the one
            // before was out.
            assertThat(mostUnwritten.get()).isLessThanOrEqualTo(MOST_UNWRITTEN);
        }
    }

    @Test
    void webSocketsAreNotCompressed() {
        assertThat(GatewayVerticle.options().getPerMessageWebSocketCompressionSupported())
                .isFalse();
        assertThat(GatewayVerticle.options().getPerFrameWebSocketCompressionSupported())
                .isFalse();
        assertThat(GatewayVerticle.options().isCompressionSupported()).isFalse();
    }
}
